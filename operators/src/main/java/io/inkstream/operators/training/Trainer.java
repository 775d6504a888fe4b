package io.inkstream.operators.training;

import io.inkstream.models.network.Step;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Trains inside a Flink task. Before each barrier it hands on what it has learned since the one before, so that the
 * update and the checkpoint are the same cut of the stream.
 */
final class Trainer extends AbstractStreamOperator<TrainerUpdate>
        implements OneInputStreamOperator<Sample, TrainerUpdate> {

    private static final long serialVersionUID = 1L;

    private final TrainingRecipe recipe;
    private transient ListState<TrainerState> state;
    private transient TrainingSession session;
    private transient Counter samplesTrained;
    private transient double lastLoss;

    Trainer(StreamOperatorParameters<TrainerUpdate> parameters, TrainingRecipe recipe) {
        super(parameters);
        this.recipe = recipe;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("trainer", ProtobufTypeInfo.forMessage(TrainerState.class)));
        Iterator<TrainerState> restored = state.get().iterator();
        session = restored.hasNext() ? TrainingSession.restore(restored.next(), recipe) : TrainingSession.start(recipe);
    }

    @Override
    public void open() throws Exception {
        super.open();
        samplesTrained = getMetricGroup().counter("samplesTrained");
        getMetricGroup().gauge("loss", () -> lastLoss);
    }

    @Override
    public void processElement(StreamRecord<Sample> element) {
        session.add(element.getValue()).ifPresent(this::count);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        handOn();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        state.update(List.of(session.snapshot()));
    }

    @Override
    public void finish() {
        session.finish().ifPresent(this::count);
        handOn();
    }

    private void handOn() {
        Optional<TrainerUpdate> update = session.handOn();
        update.ifPresent(trained -> output.collect(new StreamRecord<>(trained)));
    }

    private void count(Step step) {
        samplesTrained.inc(step.samples());
        lastLoss = step.lossSum() / step.samples();
    }

    @Override
    public void close() throws Exception {
        if (session != null) {
            session.close();
        }
        super.close();
    }
}
