package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kafka, ZooKeeper or the job goes away and comes back under a gateway that stays. */
@ExtendWith(SandboxExtension.class)
class OutageIT {
    private static final String IMAGE = "{\"image_path\": \"seven.png\"}";

    @Test
    void withoutKafkaClientsAreToldToComeBackAndItRecoversByItself(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(stack.settings())) {
            Http http = new Http(gateway.url());
            awaitAnswered(http);
            sandbox.stopKafka();
            try {
                await().atMost(Stack.PATIENCE).until(() -> http.get("/readyz").statusCode() == 503);
                await().atMost(Stack.PATIENCE)
                        .until(() -> http.post("/digits/classify", IMAGE).statusCode() == 503);
                HttpResponse<String> refused = http.post("/digits/classify", IMAGE);
                assertThat(refused.statusCode()).isIn(503, 202);
                assertThat(http.get("/models").statusCode()).isEqualTo(200);
                assertThat(http.get("/healthz").statusCode()).isEqualTo(200);
            } finally {
                sandbox.startKafka();
            }
            awaitAnswered(http);
            await().atMost(Stack.PATIENCE).until(() -> http.get("/readyz").statusCode() == 200);
        }
    }

    @Test
    void whatComesAfterTheDeadlineCanBeAskedFor(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(
                        stack.settings().withLimits(Limits.defaults().withDeadline(Duration.ofMillis(1))))) {
            Http http = new Http(gateway.url());
            HttpResponse<String> response = http.post("/digits/classify", IMAGE);
            assertThat(response.statusCode()).isEqualTo(202);
            String path = response.headers().firstValue("Location").orElseThrow();

            await().atMost(Stack.PATIENCE).until(() -> http.get(path).statusCode() == 200);
            assertThat(Http.json(http.get(path)).has("digit")).isTrue();
        }
    }

    @Test
    void anotherGatewayKnowsTheAnswerToo(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.scoring(sandbox);
                Gateway one = stack.gateway(stack.settings());
                Gateway other = stack.gateway(stack.settings())) {
            HttpResponse<String> response = new Http(one.url()).post("/digits/classify", IMAGE);
            String path = "/digits/classify/" + Http.json(response).get("id").getAsString();

            Http http = new Http(other.url());
            await().atMost(Stack.PATIENCE).until(() -> http.get(path).statusCode() == 200);
        }
    }

    @Test
    void withoutZooKeeperImagesAreReadAllTheSame(Sandbox sandbox) throws Exception {
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(stack.settings())) {
            Http http = new Http(gateway.url());
            awaitAnswered(http);
            sandbox.stopZooKeeper();
            try {
                assertThat(http.post("/digits/classify", IMAGE).statusCode()).isEqualTo(200);
                assertThat(http.get("/models").statusCode()).isEqualTo(503);
            } finally {
                sandbox.startZooKeeper();
            }
            await().atMost(Stack.PATIENCE).until(() -> http.get("/models").statusCode() == 200);
        }
    }

    private static void awaitAnswered(Http http) {
        await().atMost(Stack.PATIENCE)
                .until(() -> http.post("/digits/classify", IMAGE).statusCode() == 200);
    }
}
