package io.inkstream.cli;

import io.inkstream.jobs.PredictionFormat;
import io.inkstream.operators.feedback.BrakeSettings;
import java.util.Optional;

/**
 * Which jobs run on this machine, beside training and scoring.
 *
 * @param predictionFormat what the scoring job writes
 * @param brake what the feedback job does where the live version is worse; empty: there is no such job
 */
record LocalJobs(PredictionFormat predictionFormat, Optional<BrakeSettings.Mode> brake) {
    static LocalJobs withoutFeedback() {
        return new LocalJobs(PredictionFormat.PROTOBUF, Optional.empty());
    }

    static LocalJobs withBrake(BrakeSettings.Mode mode) {
        return new LocalJobs(PredictionFormat.PROTOBUF, Optional.of(mode));
    }
}
