package io.inkstream.jobs;

/** Under which names the operators' states stand in savepoints. Never changed: a savepoint finds its state by them. */
final class Uids {

    static final String TRAINING_RECORDS = "training-records";
    static final String TRAINING_DECODER = "training-decoder";
    static final String TRAINER = "trainer";
    static final String VERSION_CUTTER = "version-cutter";
    static final String VERSION_SINK = "version-sink";
    static final String TRAINING_REJECTED = "training-rejected";

    static final String IMAGE_RECORDS = "image-records";
    static final String IMAGE_DECODER = "image-decoder";
    static final String LIVE_VERSION = "live-version";
    static final String SCORER = "scorer";
    static final String PREDICTIONS = "predictions";
    static final String SCORING_REJECTED = "scoring-rejected";

    private Uids() {}

    /** Of what stands before a sink; it has no state. */
    static String deadline(String sink) {
        return sink + "-deadline";
    }
}
