package io.inkstream.operators.training;

import io.inkstream.operators.factory.OneInputFactory;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionDraft;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;

/** Makes the training job's operators. */
public final class Training {

    private Training() {}

    /** A trainer that starts from nothing, by this recipe, unless a checkpoint says how far it was. */
    public static OneInputStreamOperatorFactory<Sample, TrainerUpdate> trainer(TrainingRecipe recipe) {
        return new OneInputFactory<>(Trainer.class, parameters -> new Trainer(parameters, recipe));
    }

    /**
     * The operator that cuts versions; one for the job.
     *
     * @param zookeeper where the registry says which version numbers are taken
     */
    public static OneInputStreamOperatorFactory<TrainerUpdate, VersionDraft> versionCutter(
            String zookeeper, String model) {
        return new OneInputFactory<>(
                VersionCutter.class, parameters -> new VersionCutter(parameters, zookeeper, model));
    }
}
