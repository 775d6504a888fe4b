package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlinkSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "execution.checkpointing.unaligned.enabled, true, execution.checkpointing.unaligned.enabled=false",
        "execution.checkpointing.unaligned, true, execution.checkpointing.unaligned.enabled=false",
        "execution.checkpointing.mode, AT_LEAST_ONCE, execution.checkpointing.mode=EXACTLY_ONCE",
        "execution.checkpointing.checkpoints-after-tasks-finish, false,"
                + " execution.checkpointing.checkpoints-after-tasks-finish=true",
        "execution.state-recovery.approximate-local-recovery, true,"
                + " execution.state-recovery.approximate-local-recovery=false",
        "execution.runtime-mode, BATCH, execution.runtime-mode=STREAMING",
        "execution.runtime-mode, AUTOMATIC, execution.runtime-mode=STREAMING",
        "pipeline.generic-types, true, pipeline.generic-types=false"
    })
    void whatTheJobsCannotWorkWithIsRefusedWithWhatToAdd(String key, String value, String remedy) {
        assertThatThrownBy(() -> require(Map.of(key, value)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(" is " + value, "add -D" + remedy + " to flink run");

        String[] added = remedy.split("=", 2);
        Map<String, String> settings = new HashMap<>(Map.of(key, value));
        settings.put(added[0], added[1]);
        assertThatCode(() -> require(settings)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "state.backend.type, hashmap, state.backend.type=rocksdb",
        "state.backend, hashmap, state.backend.type=rocksdb",
        "execution.checkpointing.incremental, false, execution.checkpointing.incremental=true"
    })
    void whatMuchStateCannotWaitInIsRefusedForTheJobThatHasIt(String key, String value, String remedy) {
        assertThatCode(() -> require(Map.of(key, value))).doesNotThrowAnyException();
        assertThatThrownBy(() -> requireForWaiting(Map.of(key, value)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContainingAll(" is " + value, "labels", "add -D" + remedy + " to flink run");

        String[] added = remedy.split("=", 2);
        assertThatCode(() -> requireForWaiting(Map.of(added[0], added[1]))).doesNotThrowAnyException();
        assertThatThrownBy(() -> requireForWaiting(Map.of("pipeline.generic-types", "true")))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void whereNothingIsSaidTheJobsSetItThemselves() {
        assertThatCode(() -> requireForWaiting(Map.of())).doesNotThrowAnyException();
    }

    /** The order in which Flink asks for keys and their former names is its environment's. */
    private static void require(Map<String, String> settings) {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(Configuration.fromMap(settings));
        FlinkSettings.require(env.getConfiguration(), Duration.ofSeconds(1));
    }

    private static void requireForWaiting(Map<String, String> settings) {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(Configuration.fromMap(settings));
        FlinkSettings.requireForWaiting(env.getConfiguration(), Duration.ofSeconds(1));
    }
}
