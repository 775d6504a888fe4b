package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class ModelsWatchIT {
    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        try (PublishedModel model = new PublishedModel(sandbox)) {
            model.publish(1, 1);
            model.publish(2, 2);
            RunningCommand watch = new RunningCommand(model.line("watch"));
            awaitLine(watch, "version    2 is published: prequential 90.00 %, holdout -");

            model.scorer(0);
            awaitLine(watch, "/0 in ", " is there");
            model.run("promote", "1", "--by", "anna", "--why", "the first");
            awaitLine(watch, "live       1 by anna: the first");
            awaitLine(watch, "/0 in ", " serves 1");
            model.run("pin", "--by", "ben");
            awaitLine(watch, "pin        1 is pinned by ben");
            model.publish(3, 3);
            awaitLine(watch, "version    3 is published");
            watch.ctrlC();

            Run end = watch.end();
            assertThat(end.exitCode()).isEqualTo(130);
            assertThat(end.out()).doesNotContain("1 is published", "is proposed by ben");
            assertThat(end.err()).isEmpty();
        }
    }

    @Test
    void jsonIsAnObjectALine(Sandbox sandbox) throws Exception {
        try (PublishedModel model = new PublishedModel(sandbox)) {
            model.publish(1, 1);
            RunningCommand watch = new RunningCommand(model.line("watch", "--json"));
            awaitLine(watch, "\"kind\":\"VERSION\"");
            model.run("promote", "1");
            awaitLine(watch, "\"kind\":\"LIVE\"");
            watch.ctrlC();

            assertThat(watch.end().out().lines()).isNotEmpty().allSatisfy(line -> {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                assertThat(json.keySet()).containsExactly("at", "kind", "version", "text", "message");
                assertThat(json.get("version").getAsLong()).isEqualTo(1);
            });
        }
    }

    @Test
    void itGoesOnWhenZooKeeperIsBack(Sandbox sandbox) throws Exception {
        try (PublishedModel model = new PublishedModel(sandbox)) {
            model.publish(1, 1);
            RunningCommand watch = new RunningCommand(model.line("watch"));
            awaitLine(watch, "1 is published");
            sandbox.stopZooKeeper();
            await().atMost(PublishedModel.PATIENCE).until(() -> watch.err().contains("trying again"));
            sandbox.startZooKeeper();
            model.registry().requireReachable();
            model.publish(2, 2);
            awaitLine(watch, "2 is published");
            watch.ctrlC();

            assertThat(watch.end().out().lines()).hasSize(2);
        }
    }

    private static void awaitLine(RunningCommand watch, String... parts) {
        await().atMost(PublishedModel.PATIENCE)
                .untilAsserted(() -> assertThat(watch.out().lines())
                        .anySatisfy(line -> assertThat(line).contains(parts)));
    }
}
