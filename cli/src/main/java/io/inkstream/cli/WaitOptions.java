package io.inkstream.cli;

import io.inkstream.models.registry.Rollout;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long to wait for the scorers. */
final class WaitOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(names = "--no-wait", description = "Do not wait for the scorers; the jobs take the version further.")
    boolean noWait;

    private Duration timeout = Rollout.TIMEOUT;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "Reject the version if a scorer has not answered so long after the proposal. Default: 40, which"
                            + " is also what jobs allow.")
    void setTimeout(double seconds) {
        if (!(seconds > 0) || seconds > 1e6) {
            throw new ParameterException(mixee.commandLine(), "--timeout must be more than 0, and at most 1000000");
        }
        timeout = Duration.ofMillis((long) Math.ceil(seconds * 1000));
    }

    Duration timeout() {
        return timeout;
    }
}
