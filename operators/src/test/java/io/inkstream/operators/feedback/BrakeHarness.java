package io.inkstream.operators.feedback;

import io.inkstream.operators.TestModels;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.BrakePull;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.RolloutView;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** A brake in Flink's harness, which takes no factory of two inputs itself. */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class BrakeHarness extends AbstractStreamOperatorTestHarness<BrakePull> {
    BrakeHarness(String zookeeper, String model, BrakeSettings settings) throws Exception {
        this(zookeeper, model, settings, 1);
    }

    BrakeHarness(String zookeeper, String model, BrakeSettings settings, int parallelism) throws Exception {
        super(
                LiveAccuracies.brake(new ModelSite("file:///nowhere", zookeeper, model, ""), settings),
                8,
                parallelism,
                0);
        setup(new ProtobufSerializer<>(BrakePull.class));
    }

    @SuppressWarnings("unchecked") // what the factory makes
    private TwoInputStreamOperator<LiveEvaluation, RolloutView, BrakePull> brake() {
        return (TwoInputStreamOperator<LiveEvaluation, RolloutView, BrakePull>) operator;
    }

    void send(LiveEvaluation evaluation) throws Exception {
        brake().processElement1(new StreamRecord<>(evaluation));
    }

    /** As the registry's source tells it. */
    void live(long version, long move, long previous) throws Exception {
        brake().processElement2(new StreamRecord<>(RolloutView.newBuilder()
                .setLive(TestModels.live("digits", version, move))
                .setPrevious(previous)
                .build()));
    }

    /** Waits for the registry's answer, and lets the task take it. */
    void awaitAnswer() throws Exception {
        getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
    }

    boolean hasAnswer() {
        return getTaskMailbox().hasMail();
    }
}
