package io.inkstream.cli;

/**
 * What became of a version that was proposed by hand.
 *
 * @param reason why it is not live; empty where it is
 */
record Settled(Outcome outcome, long version, String reason) {

    /** The exit codes are told in the commands' help. */
    enum Outcome {
        LIVE(0),
        /** Still on its way. */
        CANDIDATE(0),
        /** A scorer has refused it, or has not answered. */
        REJECTED(1),
        /** Somebody else wanted something else in the meantime. */
        OVERTAKEN(3);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    static Settled live(long version) {
        return new Settled(Outcome.LIVE, version, "");
    }
}
