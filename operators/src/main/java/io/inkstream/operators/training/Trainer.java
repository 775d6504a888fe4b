package io.inkstream.operators.training;

import io.inkstream.models.network.Step;
import io.inkstream.operators.process.ProcessChecks;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainerUpdate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Trains inside a Flink task. Before each barrier it hands on what it has learned since the one before, so that the
 * update and the checkpoint are the same cut of the stream. One of several continues from the average of all.
 */
final class Trainer extends AbstractStreamOperator<TrainerUpdate>
        implements OneInputStreamOperator<Sample, TrainerUpdate> {

    private static final long serialVersionUID = 1L;

    private final TrainingPlan plan;
    private transient ListState<TrainerState> state;
    private transient TrainingSession session;
    private transient AverageFollower follower;
    private transient PublishedAverages averages;
    private transient StallWatch stall;
    private transient TrainerMetrics meters;

    Trainer(StreamOperatorParameters<TrainerUpdate> parameters, TrainingPlan plan) {
        super(parameters);
        this.plan = plan;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        ProcessChecks.requireForTraining();
        // A union: where the number of trainers changes, each goes on from the mean of all.
        state = context.getOperatorStateStore()
                .getUnionListState(
                        new ListStateDescriptor<>("trainers", ProtobufTypeInfo.forMessage(TrainerState.class)));
        List<TrainerState> restored = new ArrayList<>();
        state.get().forEach(restored::add);
        if (restored.isEmpty()) {
            start();
        } else {
            restore(restored);
        }
    }

    private void start() throws IOException {
        session = TrainingSession.start(plan.network(), trainer(), plan.trainers());
        follower = new AverageFollower(List.of());
    }

    private void restore(List<TrainerState> all) {
        TrainerState own = TrainerStates.choose(all, trainer(), plan.trainers(), plan.recipe());
        session = TrainingSession.restore(own);
        follower = new AverageFollower(own.getHandedOnList());
        if (TrainerStates.isRescaled(all, plan.trainers())) {
            session.trainPending();
        }
    }

    private int trainer() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    @Override
    public void open() throws Exception {
        super.open();
        stall = new StallWatch(System::nanoTime).start();
        meters = new TrainerMetrics(getMetricGroup(), stall);
        if (plan.trainers() > 1) {
            averages = PublishedAverages.watch(plan);
        }
    }

    @Override
    public void processElement(StreamRecord<Sample> element) {
        continueFromAverage();
        stall.busy();
        long start = System.nanoTime();
        session.add(element.getValue()).ifPresent(step -> trained(step, start));
        stall.idle();
    }

    private void continueFromAverage() {
        if (averages != null) {
            averages.take()
                    .ifPresent(published -> follower.continueFrom(
                            published.version().getLineage(), published.network(), session.network()));
        }
    }

    private void trained(Step step, long start) {
        meters.trained(step, System.nanoTime() - start);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        continueFromAverage();
        handOn();
        if (averages != null) {
            String job = getRuntimeContext().getJobInfo().getJobId().toHexString();
            follower.handedOn(checkpointId, job, session.network().state());
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        state.update(List.of(session.snapshot().toBuilder()
                .addAllHandedOn(follower.snapshot())
                .build()));
    }

    @Override
    public void finish() {
        long start = System.nanoTime();
        session.finish().ifPresent(step -> trained(step, start));
        handOn();
    }

    private void handOn() {
        stall.busy();
        Optional<TrainerUpdate> update = session.handOn();
        update.ifPresent(trained -> output.collect(new StreamRecord<>(trained)));
        stall.idle();
    }

    @Override
    public void close() throws Exception {
        if (averages != null) {
            averages.close();
        }
        if (stall != null) {
            stall.close();
        }
        if (session != null) {
            session.close();
        }
        super.close();
    }
}
