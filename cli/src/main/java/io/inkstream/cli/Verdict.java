package io.inkstream.cli;

import java.util.List;

/**
 * What came of verifying a version.
 *
 * @param findings sentences: what differs, or why it was not verified
 */
record Verdict(Outcome outcome, List<String> findings) {

    /** In the order of what a user must know first; the exit code of several versions is that of the first of these. */
    enum Outcome {
        DIFFERS("differs", 1),
        NOT_VERIFIED("not verified", 3),
        IDENTICAL("identical", 0);

        private final String label;
        private final int exitCode;

        Outcome(String label, int exitCode) {
            this.label = label;
            this.exitCode = exitCode;
        }

        String label() {
            return label;
        }

        int exitCode() {
            return exitCode;
        }
    }

    Verdict {
        findings = List.copyOf(findings);
    }
}
