package io.inkstream.operators.training;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.NetworkStates;
import io.inkstream.models.onnx.Probe;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.process.ProcessChecks;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.VersionCutterState;
import io.inkstream.schemas.v1.VersionDraft;
import io.inkstream.schemas.v1.VersionState;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Turns what the trainers learned up to a barrier into a version: averages them, judges the result on the holdout, and
 * gives it its number, its parent and its lineage.
 *
 * <p>A barrier before which nothing was trained makes no version. Numbers go on from the highest that the registry knew
 * at the start, so that a job that starts anew, or from an old savepoint, never reuses one.
 */
final class VersionCutter extends AbstractStreamOperator<VersionDraft>
        implements OneInputStreamOperator<TrainerUpdate, VersionDraft> {

    private static final long serialVersionUID = 1L;
    private static final int FORMAT = 1;

    private final TrainingPlan plan;
    private transient ListState<VersionCutterState> state;
    private transient Totals totals;
    private transient Examiner examiner;
    private transient LiveModel live;
    private transient DigitNetwork prober;
    private transient long last;
    private transient boolean rescaled;
    private transient long highestNumber;
    private transient Map<Integer, TrainerUpdate> updates;

    VersionCutter(StreamOperatorParameters<VersionDraft> parameters, TrainingPlan plan) {
        super(parameters);
        this.plan = plan;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        ProcessChecks.requireForTraining();
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>(
                        "version-cutter", ProtobufTypeInfo.forMessage(VersionCutterState.class)));
        Iterator<VersionCutterState> restored = state.get().iterator();
        goOnFrom(restored.hasNext() ? requireKnown(restored.next()) : plan.cutterState());
    }

    private static VersionCutterState requireKnown(VersionCutterState restored) {
        if (restored.getFormat() != FORMAT) {
            throw new IllegalStateException(
                    "the version cutter's state has format %d, this release reads %d: upgrade Inkstream"
                            .formatted(restored.getFormat(), FORMAT));
        }
        return restored;
    }

    private void goOnFrom(VersionCutterState restored) {
        last = restored.getVersion();
        boolean other = restored.getFormat() == FORMAT && Math.max(1, restored.getTrainers()) != plan.trainers();
        rescaled = other || restored.getRescaled();
        totals = new Totals(restored);
        examiner = new Examiner(restored);
        updates = new TreeMap<>();
    }

    @Override
    public void open() throws Exception {
        super.open();
        live = new LiveModel(plan);
        try (ModelRegistry registry = plan.openRegistry()) {
            highestNumber = Math.max(last, registry.newest().orElse(0));
        }
    }

    @Override
    public void processElement(StreamRecord<TrainerUpdate> element) {
        // A trainer's second update comes where the barrier after the first is missing: its checkpoint was aborted.
        updates.merge(element.getValue().getTrainer(), element.getValue(), Updates::join);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        cut(Lineage.newBuilder().setCheckpointId(checkpointId));
    }

    @Override
    public void finish() {
        cut(Lineage.newBuilder().setEndOfInput(true));
    }

    private void cut(Lineage.Builder lineage) {
        if (updates.isEmpty()) {
            return;
        }
        TrainerUpdate update = Updates.average(updates.values());
        totals.add(update);
        examiner.add(update.getHeldOutList());
        long number = ++highestNumber;
        ModelVersion.Builder version = ModelVersion.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setModel(plan.model())
                .setVersion(number)
                .setState(VersionState.PUBLISHED)
                .setCreated(Timestamps.now())
                .setLineage(describe(update, lineage));
        examiner.examine(update.getNetwork(), live.now()).ifPresent(version::setHoldout);
        output.collect(new StreamRecord<>(VersionDraft.newBuilder()
                .setNetwork(update.getNetwork())
                .setVersion(version)
                .setProbe(probe(update))
                .build()));
        last = number;
        rescaled = false;
        updates.clear();
    }

    /** What the network itself, not its artefact, thinks of images that it knows. */
    private ByteString probe(TrainerUpdate update) {
        byte[] pixels = update.getProbe().toByteArray();
        if (pixels.length == 0) {
            // Restored from a checkpoint of an earlier release.
            return ByteString.EMPTY;
        }
        if (prober == null) {
            prober = DigitNetwork.create(update.getNetwork().getRecipe().toBuilder()
                    .clearReplay()
                    .clearReplayed()
                    .clearReplicas()
                    .build());
        }
        float[] probabilities = prober.probabilities(
                NetworkStates.published(update.getNetwork()), pixels, pixels.length / DigitNetwork.PIXELS);
        return UnsafeByteOperations.unsafeWrap(Probe.of(pixels, probabilities));
    }

    private Lineage.Builder describe(TrainerUpdate update, Lineage.Builder lineage) {
        totals.describe(lineage);
        return lineage.setParent(last)
                .setJobId(getRuntimeContext().getJobInfo().getJobId().toHexString())
                .addAllOffsets(update.getOffsetsList())
                .addAllOrder(update.getOrderList())
                .setSamplesTrained(update.getSamplesTrained())
                .setSamplesRejected(update.getSamplesRejected())
                .setSamplesHeldOut(update.getHeldOutCount())
                .setIteration(update.getNetwork().getIteration())
                .setPrequential(update.getPrequential())
                .setTrainers(plan.trainers())
                .setRescaled(rescaled)
                .setRecipe(update.getNetwork().getRecipe());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        VersionCutterState.Builder snapshot = VersionCutterState.newBuilder()
                .setFormat(FORMAT)
                .setVersion(last)
                .setTrainers(plan.trainers())
                .setRescaled(rescaled);
        totals.saveTo(snapshot);
        examiner.saveTo(snapshot);
        state.update(List.of(snapshot.build()));
    }

    @Override
    public void close() throws Exception {
        if (live != null) {
            live.close();
        }
        if (prober != null) {
            prober.close();
        }
        super.close();
    }
}
