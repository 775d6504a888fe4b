package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a gateway, so that its metrics have something to tell: of answers, of failures and of refusals. */
final class GatewayClient {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI gateway;

    GatewayClient(URI gateway) {
        this.gateway = gateway;
    }

    /** Returns when the image was answered with this status. */
    void awaitClassify(byte[] pixels, int status) {
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve("/digits/classify"))
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(pixels))
                .build();
        await().atMost(PATIENCE)
                .until(
                        () -> client.send(request, BodyHandlers.discarding()).statusCode(),
                        answered -> answered == status);
    }

    /** Of a gateway that allows for one event stream, a second one. */
    void openTwoEventStreams() throws Exception {
        HttpResponse<InputStream> first = events();
        HttpResponse<InputStream> second = events();
        first.body().close();
        second.body().close();
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(429);
    }

    private HttpResponse<InputStream> events() throws Exception {
        return client.send(HttpRequest.newBuilder(gateway.resolve("/events")).build(), BodyHandlers.ofInputStream());
    }
}
