package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Server-sent events, as a browser gets them. */
@ExtendWith(SandboxExtension.class)
class EventsIT {
    @TempDir
    private Path data;

    @Test
    void predictionsVersionsAndTrainingsAreToldAsTheyCome(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 640);
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(stack.settings().withDataRoot(data))) {
            Http http = new Http(gateway.url());
            List<String> lines = listen(http, gateway);
            await().atMost(Stack.PATIENCE).until(() -> lines.contains("event: rollout"));
            http.post("/digits/train", "{\"images_batch_path\": \"train\"}");
            await().atMost(Stack.PATIENCE)
                    .until(() -> lines.contains("event: training") && lines.contains("event: version"));
            await().atMost(Stack.PATIENCE).until(() -> {
                http.post("/digits/classify", new byte[784], "Content-Type", "application/octet-stream");
                http.post("/digits/classify", line(), "Content-Type", "application/octet-stream");
                return lines.contains("event: prediction");
            });

            await().atMost(Stack.PATIENCE)
                    .until(() -> lines.stream().anyMatch(line -> line.contains("\"state\":\"trained\"")));
            assertThat(lines).anyMatch(line -> line.startsWith("data: {") && line.contains("\"probabilities\":["));
        }
    }

    private static byte[] line() {
        byte[] pixels = new byte[784];
        for (int row = 4; row < 24; row++) {
            pixels[28 * row + 14] = (byte) 255;
        }
        return pixels;
    }

    private static List<String> listen(Http http, Gateway gateway) {
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(gateway.url() + "/events")).build();
        var unused = http.client().sendAsync(request, BodyHandlers.ofLines()).thenAccept(response -> {
            try (Stream<String> body = response.body()) {
                body.map(line -> line.startsWith("event:")
                                ? "event: " + line.substring(6).strip()
                                : line)
                        .map(line -> line.startsWith("data:")
                                ? "data: " + line.substring(5).strip()
                                : line)
                        .forEach(lines::add);
            }
        });
        return lines;
    }
}
