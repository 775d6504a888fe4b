package io.inkstream.operators.feedback;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.accuracy.Judged;
import io.inkstream.models.accuracy.SequentialComparison;
import io.inkstream.models.registry.Braking;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.BrakePull;
import io.inkstream.schemas.v1.BrakeState;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.RolloutView;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the live version with the one before it at each piece of news of either, and pulls the brake where it is worse
 * beyond doubt, once for each version.
 *
 * <p>A pull is in the checkpoint until the registry has answered: one that a crash came before is made up for, and does
 * nothing where live has moved since.
 */
final class BrakeOperator extends AbstractStreamOperator<BrakePull>
        implements TwoInputStreamOperator<LiveEvaluation, RolloutView, BrakePull> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(BrakeOperator.class);
    private static final int FORMAT = 1;
    private static final String BY = "the brake";

    private final ModelSite site;
    private final BrakeSettings settings;
    private final transient MailboxExecutor mailbox;
    private transient ListState<BrakeState> state;
    private transient ServedVersions versions;
    private transient Pulls pulls;
    private transient BrakeMetrics brakeMetrics;
    private transient BrakeLever lever;

    BrakeOperator(StreamOperatorParameters<BrakePull> parameters, ModelSite site, BrakeSettings settings) {
        super(parameters);
        this.mailbox = parameters.getMailboxExecutor();
        this.site = site;
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        versions = new ServedVersions();
        pulls = new Pulls();
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("brake", ProtobufTypeInfo.forMessage(BrakeState.class)));
        for (BrakeState restored : state.get()) {
            requireFormat(restored);
            versions.restore(restored.getVersionsList());
            restored.getPullsList().forEach(pulls::add);
        }
    }

    private static void requireFormat(BrakeState restored) {
        if (restored.getFormat() != FORMAT) {
            throw new IllegalStateException("the brake's state has format %d, this release reads %d: upgrade Inkstream"
                    .formatted(restored.getFormat(), FORMAT));
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        int brakes = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        if (brakes != 1) {
            throw new SuppressRestartsException(new IllegalArgumentException(
                    "the brake has parallelism %d: set it to 1, it must see all versions".formatted(brakes)));
        }
        brakeMetrics = new BrakeMetrics(getMetricGroup(), versions);
        lever = new BrakeLever(site, BY, this::tellTask);
        pulls.unsettled().forEach(this::act);
    }

    @Override
    public void processElement1(StreamRecord<LiveEvaluation> element) {
        versions.put(element.getValue());
        compare();
    }

    @Override
    public void processElement2(StreamRecord<RolloutView> element) {
        versions.follow(element.getValue());
        compare();
    }

    private void compare() {
        if (settings.mode() == BrakeSettings.Mode.OFF || versions.previous() == 0 || pulls.contains(versions.live())) {
            return;
        }
        Judged before = versions.judged(versions.previous(), this::labels);
        Judged live = versions.judged(versions.live(), this::labels);
        SequentialComparison comparison = new SequentialComparison(before, live);
        if (comparison.isWorseByMoreThan(settings.tolerance())) {
            pull(before, live, comparison.worseByAtLeast());
        }
    }

    private Confusion labels(LiveEvaluation evaluation) {
        return settings.labels() == BrakeSettings.Labels.ALL ? evaluation.getTotal() : evaluation.getRandomAudit();
    }

    private void pull(Judged before, Judged live, double byAtLeast) {
        BrakePull pull = BrakePull.newBuilder()
                .setVersion(versions.live())
                .setMove(versions.move())
                .setBackTo(versions.previous())
                .setWhy(why(before, live, byAtLeast))
                .setAt(Timestamps.fromMillis(getProcessingTimeService().getCurrentProcessingTime()))
                .build();
        LOG.warn("version {} is worse than {} before it: {}", pull.getVersion(), pull.getBackTo(), pull.getWhy());
        brakeMetrics.pulled();
        pulls.add(pull);
        act(pull);
        output.collect(new StreamRecord<>(pull));
    }

    private static String why(Judged before, Judged live, double byAtLeast) {
        return String.format(
                Locale.ROOT,
                "right on %.2f %% of %d labels, the version before on %.2f %% of %d: worse by at least %.2f points",
                100 * live.accuracy(),
                live.labels(),
                100 * before.accuracy(),
                before.labels(),
                100 * byAtLeast);
    }

    private void act(BrakePull pull) {
        if (settings.mode() == BrakeSettings.Mode.ACT) {
            lever.pull(pull);
        } else {
            pulls.settle(pull);
        }
    }

    private void tellTask(BrakePull pull, Braking answer) {
        try {
            mailbox.execute(() -> settle(pull, answer), "take the registry's answer to the brake");
        } catch (RejectedExecutionException e) {
            LOG.debug("the registry answered when the task had ended", e);
        }
    }

    private void settle(BrakePull pull, Braking answer) {
        LOG.warn("version {}: {}", pull.getVersion(), words(pull, answer));
        pulls.settle(pull);
    }

    private static String words(BrakePull pull, Braking answer) {
        return switch (answer) {
            case PULLED, ALREADY_PULLED ->
                "live goes back to %d once all scorers have loaded it".formatted(pull.getBackTo());
            case MOVED_ON -> "live has moved since, nothing is left to be done";
            case PINNED -> "it is pinned and stays live; if it is to go: models unpin, models rollback";
            case BY_HAND_FIRST -> "a version that was proposed by hand comes first";
            case NOWHERE_TO_GO ->
                "it stays live, since %d is deleted or rejected; choose another: models promote"
                        .formatted(pull.getBackTo());
        };
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        state.update(List.of(BrakeState.newBuilder()
                .setFormat(FORMAT)
                .addAllVersions(versions.oldestFirst())
                .addAllPulls(pulls.oldestFirst())
                .build()));
        super.snapshotState(context);
    }

    @Override
    public void close() throws Exception {
        if (lever != null) {
            lever.close();
        }
        super.close();
    }
}
