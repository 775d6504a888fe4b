package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.inkstream.gateway.GatewaySettings.Address;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Label;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page, as a person uses it: in Chromium, against real jobs. */
@ExtendWith(SandboxExtension.class)
class PageIT {
    private static final int ENOUGH_TO_READ = 6_000;
    private static final String TOKEN = "let me in";

    @TempDir
    private static Path profile;

    private static Browser browser;
    private static Stack stack;
    private static Gateway gateway;
    private static Http http;
    private static KafkaConsumer<byte[], byte[]> labels;

    @BeforeAll
    static void start(Sandbox sandbox) throws Exception {
        browser = Browser.start(profile);
        stack = Stack.scoring(sandbox);
        String topic = stack.connections().topics().labels();
        sandbox.createTopics(1, topic);
        stack.train(ENOUGH_TO_READ);
        gateway = stack.gateway(stack.settings());
        http = new Http(gateway.url());
        try (ModelRegistry registry = stack.registry()) {
            await().atMost(Stack.PATIENCE)
                    .until(() -> learned(registry, registry.newest().orElseThrow()) >= ENOUGH_TO_READ);
            stack.stopTraining();
            // Chance may have had it rejected, on so few images.
            long newest = registry.newest().orElseThrow();
            http.post("/models/" + newest + "/promote", "");
            eventually(() -> live() == newest);
        }
        labels = new KafkaConsumer<>(
                Map.of("bootstrap.servers", sandbox.kafka()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        labels.assign(List.of(new TopicPartition(topic, 0)));
        labels.seekToBeginning(labels.assignment());
    }

    private static long learned(ModelRegistry registry, long version) {
        return registry.version(version)
                .map(known -> known.getLineage().getTotalSamplesTrained())
                .orElse(0L);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (labels != null) {
            labels.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    @AfterEach
    void leave() {
        browser.leave();
    }

    @Test
    void usageExample() throws Exception {
        browser.open(gateway.url());
        Browser.Stroke seven =
                browser.stroke("#pad", 0.28, 0.22).to(0.5, 0.22).to(0.74, 0.22).to(0.66, 0.42);
        // Before the stroke has ended.
        eventually(() -> browser.attribute("#digit", "data-version").equals(Long.toString(live())));
        seven.to(0.56, 0.62).to(0.46, 0.84).end();
        eventually(() -> browser.text("#reading").startsWith("7, "));
        assertThat(browser.text("#digit")).isEqualTo("7");
        assertThat(browser.text("#digits .most .key")).isEqualTo("7");

        browser.click("#digits [data-digit='1']");
        eventually(() -> browser.text("#corrected").contains("it is a 1"));
        Label label = newLabels().get(0);
        assertThat(label.getDigit()).isEqualTo(1);
        assertThat(label.getReason()).isEqualTo("correction");
        JsonObject labeled = Http.json(http.get("/digits/classify/" + label.getImageId()));
        assertThat(labeled.get("digit").getAsInt()).isEqualTo(7);

        assertThat(browser.errors()).isEmpty();
        assertThat(browser.loaded()).isNotEmpty().allMatch(url -> url.startsWith(gateway.url() + "/"));
    }

    @Test
    void whoHasNoMouseDrawsWithKeys() {
        browser.open(gateway.url());
        browser.type("#pad", " ", Keys.ARROW_DOWN.toString().repeat(13), " ");
        eventually(() -> browser.text("#digit").equals("1"));

        browser.type("#pad", Keys.DELETE);
        eventually(() -> browser.text("#digit").equals("–"));
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void promotingAndRollingBackMoveTheBadge() throws Exception {
        browser.open(gateway.url());
        long newest = live();
        eventually(() -> isShownLive(newest));
        if (browser.count("#more:not([hidden])") == 1) {
            browser.click("#more");
        }
        eventually(() -> browser.count("tr[data-version='1']") == 1);

        browser.click("tr[data-version='1'] td:last-child button");
        browser.type("#confirm-why", "a test");
        browser.click("#confirm-yes");
        eventually(() -> isShownLive(1));
        assertThat(live()).isEqualTo(1);
        assertThat(browser.text("tr[data-version='" + newest + "'] .badge")).isNotEqualTo("live");
        eventually(() -> browser.text("tr[data-version='1'] td:nth-child(7)").equals("1 of 1"));

        browser.click("#rollback");
        browser.click("#confirm-yes");
        eventually(() -> isShownLive(newest));
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void imagesOfOthersAreOnTheWallWithWhatWasReadInThem() throws Exception {
        browser.open(gateway.url());
        eventually(() -> {
            http.post("/digits/classify", "{\"image_path\": \"seven.png\"}");
            return browser.count("#tiles .tile[aria-label^='Read as 7']") > 0;
        });

        browser.click("#tiles .tile");
        browser.click("#ask-digit-keys [value='3']");
        eventually(() -> browser.count("#tiles .corrected") > 0
                && browser.text("#tiles .corrected").contains("→ 3"));
        assertThat(newLabels()).extracting(Label::getDigit).contains(3);
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aTokenIsAskedForWhereOneIsWanted() throws Exception {
        long before = live();
        try (Gateway guarded = stack.gateway(stack.settings().withToken(TOKEN))) {
            browser.open(guarded.url());
            eventually(() -> isShownLive(before));
            browser.click("#rollback");
            browser.click("#confirm-yes");
            eventually(() -> browser.count("#ask-token[open]") == 1);
            browser.type("#token", "something else");
            browser.click("#ask-token .primary");
            eventually(() -> browser.count("#ask-token[open]") == 1);
            browser.type("#token", TOKEN);
            browser.click("#ask-token .primary");
            eventually(() -> live() != before && isShownLive(live()));
            assertThat(browser.errors()).allMatch(error -> error.contains("401"));
        }
    }

    @Test
    void aGatewayThatGoesAndComesIsNoticed() {
        Gateway first = stack.gateway(stack.settings());
        String url = first.url();
        browser.open(url);
        eventually(() -> !browser.text("#connection").contains("Connecting"));
        first.close();
        eventually(() -> browser.text("#notices").contains("No connection to the gateway"));

        Address same = new Address("localhost", URI.create(url).getPort());
        try (Gateway second = stack.gateway(stack.settings().withAddress(same))) {
            assertThat(second.url()).isEqualTo(url);
            eventually(() -> !browser.text("#notices").contains("No connection"));
            // The training job was stopped.
            assertThat(browser.text("#notices")).contains("No training job runs");
        }
        assertThat(browser.errors()).allMatch(error -> error.contains("ERR_"));
    }

    private static boolean isShownLive(long version) {
        String row = "tr[data-version='" + version + "'] .badge";
        return browser.count(row) == 1
                && browser.text(row).equals("live")
                && browser.text("#live").equals("Version " + version + " is live");
    }

    private static long live() throws Exception {
        return Http.json(http.get("/models"))
                .getAsJsonObject("live")
                .get("version")
                .getAsLong();
    }

    private static List<Label> newLabels() throws Exception {
        List<Label> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : labels.poll(Duration.ofSeconds(20))) {
            Label label = Label.parseFrom(record.value());
            assertThat(new String(record.key(), UTF_8)).isEqualTo(label.getImageId());
            found.add(label);
        }
        assertThat(found).as("labels in Kafka").isNotEmpty();
        return found;
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Stack.PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
    }
}
