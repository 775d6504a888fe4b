package io.inkstream.operators.scoring;

import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.process.ProcessChecks;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScoringRequest;
import java.io.IOException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Scores images, keyed by source, with the live version that the broadcast stream tells.
 *
 * <p>Images of all sources are collected and scored together, and handed on in the order in which they came. What is collected
 * is scored before a barrier passes: it needs no state. Live moves between two batches, so that no image waits for a model and
 * each prediction names the version that made it. Each source remembers the move of the pointer that last scored it, and is
 * not scored with an older one.
 */
final class Scorer extends AbstractStreamOperator<Prediction>
        implements TwoInputStreamOperator<ScoringRequest, RolloutView, Prediction> {

    private static final long serialVersionUID = 1L;

    private final ModelSite site;
    private final ScorerSettings settings;
    private final transient MailboxExecutor mailbox;
    private transient BroadcastState<String, LiveVersion> pointer;
    private transient SourceHistories sources;
    /** Null where nothing is to be remembered. */
    private transient SeenImages seen;

    private transient ModelFollower model;
    private transient ScorerMetrics scorerMetrics;
    private transient MicroBatch batch;
    private transient PartialBatches partial;

    Scorer(StreamOperatorParameters<Prediction> parameters, ModelSite site, ScorerSettings settings) {
        super(parameters);
        this.mailbox = parameters.getMailboxExecutor();
        this.site = site;
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        pointer = context.getOperatorStateStore()
                .getBroadcastState(new MapStateDescriptor<>(
                        "live-version", Types.STRING, ProtobufTypeInfo.forMessage(LiveVersion.class)));
        sources = new SourceHistories(context.getKeyedStateStore(), this);
        seen = settings.remembering()
                .map(memory -> new SeenImages(context.getKeyedStateStore(), this, memory))
                .orElse(null);
    }

    @Override
    public void open() throws Exception {
        ProcessChecks.requireForScoring();
        super.open();
        model = new ModelFollower(
                site, getRuntimeContext().getJobInfo(), getRuntimeContext().getTaskInfo(), pointer, mailbox);
        model.defineMetrics(getMetricGroup());
        scorerMetrics = new ScorerMetrics(getMetricGroup());
        batch = new MicroBatch(settings.batchSize(), sources, scorerMetrics);
        partial =
                new PartialBatches(batch, settings.batchDelay(), mailbox, getProcessingTimeService(), this::scoreBatch);
    }

    /** The state's key is set where the state is read or written, which most images do not need. */
    @Override
    public boolean hasKeyContext1() {
        return false;
    }

    @Override
    public void processElement1(StreamRecord<ScoringRequest> element) throws Exception {
        ScoringRequest request = element.getValue();
        if (seen != null && !request.getAnonymous() && !seen.add(request.getSource(), request.getId())) {
            scorerMetrics.duplicate();
            return;
        }
        model.await(sources.of(request.getSource()).move());
        batch.add(element);
        if (batch.isFull()) {
            scoreBatch();
        } else {
            partial.added();
        }
    }

    private void scoreBatch() throws IOException {
        if (!batch.isEmpty()) {
            batch.score(model.current(), model.move(), output);
        }
    }

    @Override
    public void processElement2(StreamRecord<RolloutView> element) throws Exception {
        model.follow(element.getValue());
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        scoreBatch();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        sources.write();
        super.snapshotState(context);
    }

    @Override
    public void finish() throws Exception {
        scoreBatch();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (model != null) {
            model.close();
        }
        if (batch != null) {
            batch.close();
        }
        super.close();
    }
}
