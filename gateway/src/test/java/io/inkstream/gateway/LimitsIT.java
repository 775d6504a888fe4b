package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway refuses, without a job behind it. */
@ExtendWith(SandboxExtension.class)
class LimitsIT {
    private static final String TOKEN = "a-token-of-some-length";

    @TempDir
    private static Path data;

    private static Stack stack;
    private static Gateway gateway;
    private static Http http;

    @BeforeAll
    static void start(Sandbox sandbox) throws Exception {
        Files.copy(Stack.SAMPLES.resolve("seven.png"), data.resolve("seven.png"));
        stack = Stack.withTopics(sandbox);
        Limits limits = Limits.defaults()
                .withSizes(8_192, 3, 2_048, 4_096)
                .withAtOnce(2, 10, 1)
                .withDeadline(Duration.ofMillis(200));
        gateway = Gateway.start(stack.settings()
                .withDataRoot(data)
                .withLimits(limits)
                .withToken(TOKEN)
                .withOrigins(List.of("https://friend.example")));
        http = new Http(gateway.url());
        await().atMost(Stack.PATIENCE).until(() -> http.get("/readyz").body().contains("no version is live yet"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stack.close();
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhetherItSaysSoOrNot() throws Exception {
        assertProblem(http.post("/digits/classify", new byte[8_193]), 413);
        assertThat(raw("POST /digits/classify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2800\r\n" + "x".repeat(0x2800) + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void imagesAndTheirNumberAreLimited() throws Exception {
        byte[] png = new byte[3_000];
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, 0, png, 0, 4);

        assertProblem(http.post("/digits/classify", png), 413);
        assertProblem(http.post("/digits/classify", "{\"images\": [[[0]], [[0]], [[0]], [[0]]]}"), 413);
        assertProblem(http.post("/digits/classify", "{\"images\": []}"), 400);
    }

    @Test
    void whatIsNoImageIsRefusedBeforeAnythingIsSent() throws Exception {
        assertProblem(http.post("/digits/classify", ""), 400);
        assertProblem(http.post("/digits/classify", "{"), 400);
        assertProblem(http.post("/digits/classify", "[".repeat(5_000)), 400);
        assertProblem(http.post("/digits/classify", "{\"pixels\": [1, 2]}"), 400);
        assertProblem(http.post("/digits/classify", "{\"pixels\": [[0.5]]}"), 400);
        assertProblem(http.post("/digits/classify", "{\"image\": \"GIF8\"}"), 415);
        assertProblem(http.post("/digits/classify", "GIF89a"), 415);
        assertProblem(http.post("/digits/classify", "{\"image_path\": \"../../etc/passwd\"}"), 403);
        assertProblem(http.post("/digits/classify", "{\"image_path\": \"digit.p\"}"), 415);
    }

    @Test
    void withoutALiveVersionAClientIsToldToComeBack() throws Exception {
        await().atMost(Stack.PATIENCE).until(() -> http.get("/readyz").body().contains("no version is live yet"));
        HttpResponse<String> response = http.post("/digits/classify", "{\"image_path\": \"seven.png\"}");

        assertProblem(response, 503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(http.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void whatChangesSomethingWantsTheToken() throws Exception {
        for (String path : List.of("/digits/train", "/digits/labels", "/models/1/promote", "/models/rollback")) {
            assertProblem(http.post(path, "{}"), 401);
            assertProblem(http.post(path, "{}", "Authorization", "Bearer " + TOKEN + "x"), 401);
            assertThat(http.post(path, "{}", "Authorization", "Bearer " + TOKEN).statusCode())
                    .isNotEqualTo(401);
        }
        assertProblem(http.delete("/digits/train/x"), 401);
        assertThat(http.get("/models").statusCode()).isEqualTo(200);
    }

    @Test
    void pagesOfOthersMayNotCallUnlessTheyAreNamed() throws Exception {
        String path = "/models";
        HttpResponse<String> friend = http.get(path, "Origin", "https://friend.example");

        assertProblem(http.get(path, "Origin", "https://stranger.example"), 403);
        assertThat(http.get(path, "Origin", gateway.url()).statusCode()).isEqualTo(200);
        assertThat(http.get(path).headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(friend.statusCode()).isEqualTo(200);
        assertThat(friend.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://friend.example");
    }

    @Test
    void aPortThatIsTakenIsTold() {
        URI taken = URI.create(gateway.url());
        GatewaySettings same = stack.settings().withAddress(new GatewaySettings.Address("localhost", taken.getPort()));

        assertThatThrownBy(() -> Gateway.start(same))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("choose another --port");
    }

    @Test
    void aNameThatAStrangerPointedHereIsRefused() throws Exception {
        assertThat(raw("GET /models HTTP/1.1\r\nHost: stranger.example\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(raw("GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void filesOfOneRequestTogetherAreLimited() throws Exception {
        byte[] png = new byte[900];
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, 0, png, 0, 4);
        Files.write(data.resolve("large.png"), png);
        String large = "{\"image_path\": \"large.png\"}";

        assertProblem(http.post("/digits/classify", "{\"images\": [%s, %s, %s]}".formatted(large, large, large)), 413);
        assertProblem(http.post("/digits/classify", "{\"images\": [%s, %s]}".formatted(large, large)), 503);
    }

    @Test
    void aClientThatAsksMaySendItsBodyIsTold() throws Exception {
        assertThat(raw("POST /digits/classify HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length:"
                        + " 10\r\n\r\n"))
                .isEqualTo("HTTP/1.1 100");
    }

    @Test
    void eachAnswerHasTheHeadersThatKeepBrowsersCareful() throws Exception {
        for (String path : List.of("/models", "/not-there", "/healthz")) {
            var headers = http.get(path).headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(headers.firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'");
            assertThat(headers.firstValue("X-Frame-Options")).hasValue("DENY");
            assertThat(headers.firstValue("Server")).isEmpty();
        }
    }

    @Test
    void moreRequestsThanAllowedAreToldToComeBackAndProbesAreNot() throws Exception {
        URI uri = URI.create(gateway.url());
        try (Socket one = new Socket(uri.getHost(), uri.getPort());
                Socket two = new Socket(uri.getHost(), uri.getPort())) {
            for (Socket socket : List.of(one, two)) {
                socket.getOutputStream()
                        .write("POST /digits/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"
                                .getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
            }
            await().atMost(Stack.PATIENCE).until(() -> http.get("/models").statusCode() == 429);
            assertThat(http.get("/models").headers().firstValue("Retry-After")).isPresent();
            assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
        }
        await().atMost(Stack.PATIENCE).until(() -> http.get("/models").statusCode() == 200);
    }

    @Test
    void moreEventStreamsThanAllowedAreRefused() throws Exception {
        URI uri = URI.create(gateway.url());
        try (Socket stream = new Socket(uri.getHost(), uri.getPort())) {
            stream.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            stream.getOutputStream().flush();
            assertThat(stream.getInputStream().read()).isEqualTo('H');
            assertProblem(http.get("/events"), 429);
        }
    }

    @Test
    void anUploadThatIsTooLargeIsRefused() throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.npz\"\r\n\r\n"
                + "x".repeat(5_000) + "\r\n--b--\r\n";
        HttpResponse<String> response = http.post(
                "/digits/train",
                form,
                "Content-Type",
                "multipart/form-data; boundary=b",
                "Authorization",
                "Bearer " + TOKEN);

        assertProblem(response, 413);
    }

    private static String raw(String request) throws IOException {
        URI uri = URI.create(gateway.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.UTF_8);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        var problem = JsonParser.parseString(response.body()).getAsJsonObject();
        assertThat(problem.get("error").getAsString()).isNotBlank();
        assertThat(problem.get("remedy").getAsString()).isNotBlank();
    }
}
