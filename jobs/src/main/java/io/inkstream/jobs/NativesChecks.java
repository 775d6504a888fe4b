package io.inkstream.jobs;

import io.inkstream.operators.process.ProcessChecks;
import java.util.Map;
import java.util.Optional;

/** Refuses native libraries that would not work as they should, as far as a client sees it; the tasks see it all. */
final class NativesChecks {

    private NativesChecks() {}

    /** @param environment of this process, where the tasks run in it */
    static void requireForTraining(Deployment deployment, Map<String, String> environment) {
        refuse(ProcessChecks.nativesInTheJob());
        if (deployment == Deployment.LOCAL) {
            refuse(ProcessChecks.threads(environment));
        }
    }

    static void requireForScoring() {
        refuse(ProcessChecks.nativesInTheJob());
    }

    private static void refuse(Optional<String> problem) {
        problem.ifPresent(words -> {
            throw new RefusedException(words);
        });
    }
}
