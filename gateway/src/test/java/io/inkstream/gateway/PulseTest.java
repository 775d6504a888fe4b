package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Prediction;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final long NOW = 1_000_000;

    private final List<JsonObject> told = new ArrayList<>();
    private boolean wanted = true;
    private final Pulse pulse =
            new Pulse(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC), () -> wanted, JsonObject::new, told::add);

    @AfterEach
    void close() {
        pulse.close();
    }

    @Test
    void usageExample() {
        for (int millis = 1; millis <= 100; millis++) {
            pulse.predicted(after(millis));
        }
        pulse.beat();

        JsonObject first = told.get(0);
        assertThat(first.get("images").getAsInt()).isEqualTo(100);
        assertThat(first.getAsJsonObject("latency_ms").get("p50").getAsInt()).isEqualTo(50);
        assertThat(first.getAsJsonObject("latency_ms").get("p99").getAsInt()).isEqualTo(99);
        assertThat(first.has("checks")).isTrue();
    }

    @Test
    void eachBeatTellsOfItsOwnSecond() {
        pulse.predicted(after(5));
        pulse.beat();
        pulse.beat();

        assertThat(told.get(1).get("images").getAsInt()).isZero();
        assertThat(told.get(1).get("latency_ms").isJsonNull()).isTrue();
    }

    @Test
    void moreThanIsMeasuredIsStillCounted() {
        for (int i = 0; i < 12_345; i++) {
            pulse.predicted(after(7));
        }
        pulse.predicted(Prediction.getDefaultInstance());
        pulse.beat();

        assertThat(told.get(0).get("images").getAsInt()).isEqualTo(12_346);
        assertThat(told.get(0).getAsJsonObject("latency_ms").get("p99").getAsInt())
                .isEqualTo(7);
    }

    @Test
    void nobodyIsToldWhereNobodyListens() {
        wanted = false;
        pulse.predicted(after(5));
        pulse.beat();
        assertThat(told).isEmpty();
    }

    private static Prediction after(long millis) {
        return Prediction.newBuilder()
                .setReceived(Timestamps.fromMillis(NOW - millis))
                .build();
    }
}
