package io.inkstream.jobs;

import java.util.Optional;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Has {@code flink run} show what is refused as one message; the stack trace goes to the client's log. */
final class FlinkRun {

    /** A main that may refuse. */
    interface Main {
        void run() throws Exception;
    }

    private FlinkRun() {}

    /** @throws ProgramParametrizationException for what is refused: Flink's command line prints its message alone */
    static void main(Main main) throws Exception {
        try {
            main.run();
        } catch (RefusedException | IllegalArgumentException e) {
            ProgramParametrizationException refused = new ProgramParametrizationException(
                    Optional.ofNullable(e.getMessage()).orElseGet(e::toString));
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * The environment with the cluster's configuration and what {@code -D} says.
     *
     * @throws RefusedException where Flink itself does not take it: an interval of 0 for checkpoints, for one
     */
    static StreamExecutionEnvironment environment() {
        try {
            return StreamExecutionEnvironment.getExecutionEnvironment();
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    ("Flink does not take its configuration: %s. Mend it in config.yaml or behind -D; for checkpoints leave"
                                    + " execution.checkpointing.interval away: the jobs need them, as often as"
                                    + " --checkpoint-interval says")
                            .formatted(e.getMessage()),
                    e);
        }
    }
}
