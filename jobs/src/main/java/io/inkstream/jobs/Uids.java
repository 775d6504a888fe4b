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

    static final String FEEDBACK_IMAGE_RECORDS = "feedback-image-records";
    static final String FEEDBACK_IMAGE_DECODER = "feedback-image-decoder";
    static final String FEEDBACK_IMAGES = "feedback-images";
    static final String FEEDBACK_PREDICTION_RECORDS = "feedback-prediction-records";
    static final String FEEDBACK_PREDICTION_READER = "feedback-prediction-reader";
    static final String FEEDBACK_PREDICTIONS = "feedback-predictions";
    static final String FEEDBACK_LABEL_RECORDS = "feedback-label-records";
    static final String FEEDBACK_LABEL_DECODER = "feedback-label-decoder";
    static final String LABEL_JOIN = "label-join";
    static final String FEEDBACK_TRAINING = "feedback-training";
    static final String FEEDBACK_REJECTED = "feedback-rejected";
    static final String LIVE_ACCURACY = "live-accuracy";
    static final String EVALUATIONS = "evaluations";
    static final String EVALUATIONS_IN_REGISTRY = "evaluations-in-registry";
    static final String FEEDBACK_LIVE_VERSION = "feedback-live-version";
    static final String BRAKE = "brake";

    private Uids() {}

    /** Of what gives events their time; it has no state. */
    static String time(String events) {
        return events + "-time";
    }

    /** Of what stands before a sink; it has no state. */
    static String deadline(String sink) {
        return sink + "-deadline";
    }
}
