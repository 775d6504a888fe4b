package io.inkstream.sandbox.processes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads what the servers tell over HTTP. */
final class Rest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int OK = 200;

    // The DataNode refuses a request that offers to go on in HTTP/2.
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** @throws IOException also for an answer that says no */
    String get(String uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(uri)).timeout(LIMIT).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new IOException(uri + " answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}
