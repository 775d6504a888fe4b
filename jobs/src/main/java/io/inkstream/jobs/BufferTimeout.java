package io.inkstream.jobs;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Decides how long images wait in Flink's network buffers. */
final class BufferTimeout {

    /**
     * Flink's own is 100 ms, of which an image would wait half on average where images are few. At 1 ms the threads that
     * flush take 2 % of a core.
     */
    static final Duration DEFAULT = Duration.ofMillis(2);

    private BufferTimeout() {}

    /** Sets what is wanted, or, where neither configuration nor caller has set anything, the default. */
    static void set(StreamExecutionEnvironment env, Optional<Duration> wanted) {
        if (wanted.isPresent() || !isSet(env)) {
            env.setBufferTimeout(wanted.orElse(DEFAULT).toMillis());
        }
    }

    private static boolean isSet(StreamExecutionEnvironment env) {
        return env.getConfiguration()
                        .getOptional(ExecutionOptions.BUFFER_TIMEOUT)
                        .isPresent()
                || env.getBufferTimeout()
                        != ExecutionOptions.BUFFER_TIMEOUT.defaultValue().toMillis();
    }
}
