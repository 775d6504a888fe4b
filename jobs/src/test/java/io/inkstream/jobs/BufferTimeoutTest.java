package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class BufferTimeoutTest {

    @Test
    void whereNothingIsSaidItIsShort() {
        assertThat(after(new StreamExecutionEnvironment(new Configuration()), Optional.empty()))
                .isEqualTo(BufferTimeout.DEFAULT.toMillis());
    }

    @Test
    void theOptionWins() {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(new Configuration());
        env.setBufferTimeout(7);

        assertThat(after(env, Optional.of(Duration.ZERO))).isZero();
    }

    @Test
    void whatTheCallerOrTheConfigurationSaysStays() {
        StreamExecutionEnvironment set = new StreamExecutionEnvironment(new Configuration());
        set.setBufferTimeout(7);
        Configuration flinksOwn = new Configuration();
        flinksOwn.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(100));
        Configuration off = new Configuration();
        off.set(ExecutionOptions.BUFFER_TIMEOUT_ENABLED, false);

        assertThat(after(set, Optional.empty())).isEqualTo(7);
        assertThat(after(new StreamExecutionEnvironment(flinksOwn), Optional.empty()))
                .isEqualTo(100);
        assertThat(after(new StreamExecutionEnvironment(off), Optional.empty()))
                .isEqualTo(ExecutionOptions.DISABLED_NETWORK_BUFFER_TIMEOUT);
    }

    private static long after(StreamExecutionEnvironment env, Optional<Duration> wanted) {
        BufferTimeout.set(env, wanted);
        return env.getBufferTimeout();
    }
}
