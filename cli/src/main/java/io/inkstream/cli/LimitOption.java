package io.inkstream.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many lines of a table, the newest first. */
final class LimitOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    private int limit = 20;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Show the newest N, 0: all. Default: ${DEFAULT-VALUE}.")
    void setLimit(int limit) {
        if (limit < 0) {
            throw new ParameterException(mixee.commandLine(), "--limit must not be negative; 0 shows all");
        }
        this.limit = limit;
    }

    static <T> List<T> newestFirst(List<T> ascending) {
        List<T> newestFirst = new ArrayList<>(ascending);
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    <T> List<T> of(List<T> newestFirst) {
        return limit == 0 ? newestFirst : newestFirst.subList(0, Math.min(limit, newestFirst.size()));
    }
}
