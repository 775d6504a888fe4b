package io.inkstream.operators.training;

import io.inkstream.operators.factory.OneInputFactory;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.VersionDraft;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;

/** Makes the training job's operators. */
public final class Training {

    private Training() {}

    /** A trainer; as many as the plan says are to run side by side. */
    public static OneInputStreamOperatorFactory<Sample, TrainerUpdate> trainer(TrainingPlan plan) {
        return new OneInputFactory<>(Trainer.class, parameters -> new Trainer(parameters, plan));
    }

    /** The operator that cuts versions; one for the job. */
    public static OneInputStreamOperatorFactory<TrainerUpdate, VersionDraft> versionCutter(TrainingPlan plan) {
        return new OneInputFactory<>(VersionCutter.class, parameters -> new VersionCutter(parameters, plan));
    }
}
