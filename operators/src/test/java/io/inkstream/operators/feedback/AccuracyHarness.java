package io.inkstream.operators.feedback;

import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Outcome;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The live accuracy in Flink's harness, whose clock stands still. */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class AccuracyHarness extends KeyedOneInputStreamOperatorTestHarness<Long, Outcome, LiveEvaluation> {
    static final int MAX_PARALLELISM = 8;
    static final long MEMORY_MS = 100_000;

    AccuracyHarness() throws Exception {
        this(1, 0);
    }

    AccuracyHarness(int parallelism, int subtask) throws Exception {
        super(
                new KeyedProcessOperator<>(LiveAccuracies.accuracy("digits", Duration.ofMillis(MEMORY_MS))),
                Outcome::getVersion,
                Types.LONG,
                MAX_PARALLELISM,
                parallelism,
                subtask);
        setup(new ProtobufSerializer<>(LiveEvaluation.class));
    }

    void send(Outcome outcome, long time) throws Exception {
        processElement(outcome, time);
    }

    /** Lets so much time pass that all is told, and returns what was told since the last call. */
    List<LiveEvaluation> tell() throws Exception {
        setProcessingTime(getProcessingTime() + LiveAccuracy.PERIOD_MS);
        List<LiveEvaluation> told = extractOutputValues();
        getOutput().clear();
        return told;
    }
}
