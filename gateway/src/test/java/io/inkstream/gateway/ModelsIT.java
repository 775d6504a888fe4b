package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Versions over HTTP, and the way from one to another. */
@ExtendWith(SandboxExtension.class)
class ModelsIT {
    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(stack.settings())) {
            Http http = new Http(gateway.url());
            long first = live(http);
            stack.train(640);
            await().atMost(Stack.PATIENCE).until(() -> live(http) > first);
            stack.stopTraining();
            try (ModelRegistry registry = stack.registry()) {
                await().atMost(Stack.PATIENCE).until(() -> registry.candidate().isEmpty());
            }
            long second = live(http);

            HttpResponse<String> promoted =
                    http.post("/models/" + first + "/promote", "{\"why\": \"a test\", \"by\": \"me\"}");
            assertThat(promoted.statusCode()).as(promoted.body()).isEqualTo(202);
            await().atMost(Stack.PATIENCE).until(() -> live(http) == first);
            JsonObject pointer = Http.json(http.get("/models")).getAsJsonObject("live");
            assertThat(pointer.get("why").getAsString()).isEqualTo("a test");
            assertThat(pointer.get("by").getAsString()).isEqualTo("me");

            assertThat(http.post("/models/rollback", "").statusCode()).isEqualTo(202);
            await().atMost(Stack.PATIENCE).until(() -> live(http) == second);
            assertThat(http.post("/models/" + second + "/promote", "").statusCode())
                    .isEqualTo(200);
            assertThat(http.post("/models/999999/promote", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void whereNoScorerRunsNothingIsPromotedUnseen(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.withTopics(sandbox);
                Gateway gateway = Gateway.start(stack.settings())) {
            stack.startTraining();
            stack.train(640);
            stack.awaitLive();
            Http http = new Http(gateway.url());

            HttpResponse<String> refused = http.post("/models/1/promote", "");
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("start the scoring job");
        }
    }

    private static long live(Http http) throws Exception {
        JsonObject models = Http.json(http.get("/models"));
        return models.get("live").isJsonNull()
                ? 0
                : models.getAsJsonObject("live").get("version").getAsLong();
    }
}
