package io.inkstream.operators.scoring;

import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScoringRequest;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** A scorer in Flink's harness, keyed by source; Flink's own keyed harness takes no factory. */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class ScorerHarness extends AbstractStreamOperatorTestHarness<Prediction> {
    static final int MAX_PARALLELISM = 8;

    private static final ScorerSettings ONE_BY_ONE = new ScorerSettings(1, Duration.ZERO, null);

    ScorerHarness(ModelSite site) throws Exception {
        this(site, 1, 0);
    }

    ScorerHarness(ModelSite site, int parallelism, int subtask) throws Exception {
        this(site, ONE_BY_ONE, parallelism, subtask);
    }

    ScorerHarness(ModelSite site, ScorerSettings settings) throws Exception {
        this(site, settings, 1, 0);
    }

    private ScorerHarness(ModelSite site, ScorerSettings settings, int parallelism, int subtask) throws Exception {
        super(Scoring.scorer(site, settings), MAX_PARALLELISM, parallelism, subtask);
        KeySelector<ScoringRequest, String> bySource = ScoringRequest::getSource;
        config.setStatePartitioner(0, bySource);
        config.setStateKeySerializer(Types.STRING.createSerializer(executionConfig.getSerializerConfig()));
        config.serializeAllConfigs();
        setup(new ProtobufSerializer<>(Prediction.class));
    }

    @SuppressWarnings("unchecked") // what the factory makes
    private TwoInputStreamOperator<ScoringRequest, RolloutView, Prediction> scorer() {
        return (TwoInputStreamOperator<ScoringRequest, RolloutView, Prediction>) operator;
    }

    /** Scores one image, where batches are of one, and returns its prediction. */
    Prediction score(ScoringRequest request) throws Exception {
        int before = getOutput().size();
        send(request);
        if (getOutput().size() != before + 1) {
            throw new AssertionError("one image gives one prediction");
        }
        return extractOutputValues().get(before);
    }

    /** Sends one image, which may stay in a batch. */
    void send(ScoringRequest request) throws Exception {
        scorer().processElement1(new StreamRecord<>(request, 5));
    }

    /** Lets the task do what it would if nothing came in. */
    void idle() throws Exception {
        Optional<Mail> next = getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        while (next.isPresent()) {
            next.get().run();
            next = getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        }
    }

    /** What the task does when all input has come. */
    void finish() throws Exception {
        scorer().finish();
    }

    /** Without a candidate. */
    void broadcast(LiveVersion live) throws Exception {
        broadcast(RolloutView.newBuilder().setLive(live).build());
    }

    void broadcast(RolloutView view) throws Exception {
        StreamRecord<RolloutView> record = new StreamRecord<>(view);
        scorer().setKeyContextElement2(record);
        scorer().processElement2(record);
    }

    /** Waits for the loader to have something to put in place, and lets it do so between two images, as the task does. */
    void awaitLoaded() throws Exception {
        getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
    }
}
