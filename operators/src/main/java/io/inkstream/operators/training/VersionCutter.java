package io.inkstream.operators.training;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Score;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.VersionCutterState;
import io.inkstream.schemas.v1.VersionDraft;
import io.inkstream.schemas.v1.VersionState;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Turns what the trainer learned up to a barrier into a version: gives it its number, its parent and its lineage.
 *
 * <p>A barrier before which nothing was trained makes no version. Numbers go on from the highest that the registry knew
 * at the start, so that a job that starts anew, or from an old savepoint, never reuses one.
 */
final class VersionCutter extends AbstractStreamOperator<VersionDraft>
        implements OneInputStreamOperator<TrainerUpdate, VersionDraft> {

    private static final long serialVersionUID = 1L;
    private static final int FORMAT = 1;

    private final String zookeeper;
    private final String model;
    private transient ListState<VersionCutterState> state;
    private transient VersionCutterState last;
    private transient long highestNumber;
    private transient TrainerUpdate update;

    VersionCutter(StreamOperatorParameters<VersionDraft> parameters, String zookeeper, String model) {
        super(parameters);
        this.zookeeper = zookeeper;
        this.model = model;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>(
                        "version-cutter", ProtobufTypeInfo.forMessage(VersionCutterState.class)));
        Iterator<VersionCutterState> restored = state.get().iterator();
        last = restored.hasNext()
                ? restored.next()
                : VersionCutterState.newBuilder().setFormat(FORMAT).build();
        if (last.getFormat() != FORMAT) {
            throw new IllegalStateException(
                    "the version cutter's state has format %d, this release reads %d: upgrade Inkstream"
                            .formatted(last.getFormat(), FORMAT));
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        try (ModelRegistry registry = ModelRegistry.open(zookeeper, model)) {
            List<Long> versions = registry.versions();
            long highestRegistered = versions.isEmpty() ? 0 : versions.get(versions.size() - 1);
            highestNumber = Math.max(last.getVersion(), highestRegistered);
        }
    }

    @Override
    public void processElement(StreamRecord<TrainerUpdate> element) {
        // The barrier between two updates is missing where its checkpoint was aborted.
        update = update == null ? element.getValue() : Updates.join(update, element.getValue());
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        cut(Lineage.newBuilder().setCheckpointId(checkpointId));
    }

    @Override
    public void finish() {
        cut(Lineage.newBuilder().setEndOfInput(true));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        state.update(List.of(last));
    }

    private void cut(Lineage.Builder lineage) {
        if (update == null) {
            return;
        }
        long number = ++highestNumber;
        long totalTrained = last.getTotalSamplesTrained() + update.getSamplesTrained();
        Score total = Updates.sum(last.getTotalPrequential(), update.getPrequential());
        lineage.setParent(last.getVersion())
                .setJobId(getRuntimeContext().getJobInfo().getJobId().toHexString())
                .addAllOffsets(update.getOffsetsList())
                .addAllOrder(update.getOrderList())
                .setSamplesTrained(update.getSamplesTrained())
                .setTotalSamplesTrained(totalTrained)
                .setSamplesRejected(update.getSamplesRejected())
                .setIteration(update.getNetwork().getIteration())
                .setPrequential(update.getPrequential())
                .setTotalPrequential(total)
                .setRecipe(update.getNetwork().getRecipe());
        output.collect(new StreamRecord<>(VersionDraft.newBuilder()
                .setNetwork(update.getNetwork())
                .setVersion(ModelVersion.newBuilder()
                        .setFormat(ModelRegistry.FORMAT)
                        .setModel(model)
                        .setVersion(number)
                        .setState(VersionState.PUBLISHED)
                        .setCreated(Timestamps.now())
                        .setLineage(lineage))
                .build()));
        last = VersionCutterState.newBuilder()
                .setFormat(FORMAT)
                .setVersion(number)
                .setTotalSamplesTrained(totalTrained)
                .setTotalPrequential(total)
                .build();
        update = null;
    }
}
