package io.inkstream.operators.scoring;

import io.inkstream.operators.factory.TwoInputFactory;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes the scoring job's operator. */
public final class Scoring {

    private Scoring() {}

    /**
     * A scorer for a stream of images keyed by source and a broadcast stream of live versions.
     *
     * @param root the URI under which Inkstream keeps its files
     * @param zookeeper the registry's connect string
     */
    public static TwoInputStreamOperatorFactory<ScoringRequest, LiveVersion, Prediction> scorer(
            String root, String zookeeper, String model) {
        return new TwoInputFactory<>(Scorer.class, parameters -> new Scorer(parameters, root, zookeeper, model));
    }
}
