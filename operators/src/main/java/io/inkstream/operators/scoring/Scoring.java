package io.inkstream.operators.scoring;

import io.inkstream.operators.factory.TwoInputFactory;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScoringRequest;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes the scoring job's operator. */
public final class Scoring {

    private Scoring() {}

    /** A scorer for a stream of images keyed by source and a broadcast stream of what is live and what is to be. */
    public static TwoInputStreamOperatorFactory<ScoringRequest, RolloutView, Prediction> scorer(
            ModelSite site, ScorerSettings settings) {
        return new TwoInputFactory<>(Scorer.class, parameters -> new Scorer(parameters, site, settings));
    }
}
