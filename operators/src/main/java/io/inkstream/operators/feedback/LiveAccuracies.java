package io.inkstream.operators.feedback;

import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.operators.factory.TwoInputFactory;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.BrakePull;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.RolloutView;
import java.time.Duration;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/**
 * Makes what the feedback job does with outcomes.
 *
 * <pre>
 *   Outcome ─▶ keyBy(version) ─▶ accuracy ─┬─▶ LiveEvaluation
 *                                          ├─▶ registrySink ─▶ ZooKeeper
 *   RolloutView ───────────────────────────┴─▶ brake ─▶ ZooKeeper
 * </pre>
 */
public final class LiveAccuracies {

    private LiveAccuracies() {}

    /**
     * Counts the outcomes of each version, by which the stream is keyed, and tells at most once a second what they come to.
     *
     * @param memory for so long, in event time, a version is remembered after its last outcome: longer than labels are
     *     waited for, since a correction is to find what it takes back
     */
    public static KeyedProcessFunction<Long, Outcome, LiveEvaluation> accuracy(String model, Duration memory) {
        return new LiveAccuracy(model, memory);
    }

    /** Puts the newest evaluation of each version into the registry. To be run with parallelism 1. */
    public static Sink<LiveEvaluation> registrySink(ZooKeeperAccess zookeeper, String model) {
        return new AccuracySink(zookeeper, model);
    }

    /**
     * Compares the live version with the one before it, and emits that it is worse beyond doubt, once for each version.
     * To be run with parallelism 1, on the evaluations of all versions and what a
     * {@link io.inkstream.operators.live.RolloutSource} tells.
     */
    public static TwoInputStreamOperatorFactory<LiveEvaluation, RolloutView, BrakePull> brake(
            ModelSite site, BrakeSettings settings) {
        return new TwoInputFactory<>(BrakeOperator.class, parameters -> new BrakeOperator(parameters, site, settings));
    }
}
