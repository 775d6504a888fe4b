package io.inkstream.operators.scoring;

import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScoringRequest;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** A scorer in Flink's harness, keyed by source; Flink's own keyed harness takes no factory. */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class ScorerHarness extends AbstractStreamOperatorTestHarness<Prediction> {
    static final int MAX_PARALLELISM = 8;

    ScorerHarness(ModelSite site) throws Exception {
        this(site, 1, 0);
    }

    ScorerHarness(ModelSite site, int parallelism, int subtask) throws Exception {
        super(Scoring.scorer(site), MAX_PARALLELISM, parallelism, subtask);
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

    /** Scores one image and returns its prediction. */
    Prediction score(ScoringRequest request) throws Exception {
        int before = getOutput().size();
        StreamRecord<ScoringRequest> record = new StreamRecord<>(request, 5);
        scorer().setKeyContextElement1(record);
        scorer().processElement1(record);
        if (getOutput().size() != before + 1) {
            throw new AssertionError("one image gives one prediction");
        }
        return extractOutputValues().get(before);
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
