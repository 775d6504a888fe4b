package io.inkstream.operators.scoring;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.cache.Moves;
import io.inkstream.models.registry.ScorerPresence;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.ScoringRequest;
import io.inkstream.schemas.v1.SourceState;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Scores images, keyed by source, with the live version that the broadcast stream tells.
 *
 * <p>What is to be live is loaded beside the task, checked, and acknowledged or refused in ZooKeeper; when live moves to it,
 * it is put in place between two images, so that no image waits for it and each prediction names the version that made it.
 * The broadcast state holds the pointer, never the weights; each source remembers the move of the pointer that last scored
 * it, and is not scored with an older one.
 */
final class Scorer extends AbstractStreamOperator<Prediction>
        implements TwoInputStreamOperator<ScoringRequest, RolloutView, Prediction> {

    private static final long serialVersionUID = 1L;
    private static final int FORMAT = 1;
    private static final String LIVE = "live";

    private final ModelSite site;
    private final transient MailboxExecutor mailbox;
    private transient BroadcastState<String, LiveVersion> pointer;
    private transient ValueState<SourceState> sources;
    private transient ModelSlots models;
    private transient ModelLoader loader;
    private transient ScorerPresence presence;
    private transient ScorerStatus told;
    /** What the registry itself has told last. */
    private transient volatile LiveVersion confirmed;

    private transient Counter scored;

    Scorer(StreamOperatorParameters<Prediction> parameters, ModelSite site) {
        super(parameters);
        this.mailbox = parameters.getMailboxExecutor();
        this.site = site;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        pointer = context.getOperatorStateStore()
                .getBroadcastState(new MapStateDescriptor<>(
                        "live-version", Types.STRING, ProtobufTypeInfo.forMessage(LiveVersion.class)));
        sources = context.getKeyedStateStore()
                .getState(new ValueStateDescriptor<>("source", ProtobufTypeInfo.forMessage(SourceState.class)));
    }

    @Override
    public void open() throws Exception {
        super.open();
        models = new ModelSlots();
        told = ScorerStatus.getDefaultInstance();
        loader = new ModelLoader(site, this::tellTask);
        defineMetrics();
        presence = ScorerPresence.announce(
                site.zookeeper(),
                site.model(),
                getRuntimeContext().getJobInfo().getJobId().toString(),
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        LiveVersion restored = pointer.get(LIVE);
        if (restored != null) {
            loader.request(restored);
        }
    }

    private void defineMetrics() {
        scored = getMetricGroup().counter("scored");
        getMetricGroup().gauge("modelVersion", models::currentVersion);
        getMetricGroup().gauge("preparedVersion", models::preparedVersion);
        getMetricGroup().gauge("failedLoads", loader::failures);
        // 1 where the registry has not said yet that what is in use is live.
        getMetricGroup().gauge("liveFromCache", () -> isUnconfirmed() ? 1 : 0);
    }

    private boolean isUnconfirmed() {
        LiveVersion newest = confirmed;
        return models.live().isPresent() && (newest == null || !models.isServing(newest));
    }

    @Override
    public void processElement1(StreamRecord<ScoringRequest> element) throws Exception {
        SourceState state = sourceState();
        awaitModel(state.getMove());
        ScoringRequest request = element.getValue();
        SourceState next = SourceState.newBuilder()
                .setFormat(FORMAT)
                .setSequence(state.getSequence() + 1)
                .setMove(models.move())
                .build();
        sources.update(next);
        float[] probabilities =
                models.current().scorer().score(request.getPixels().toByteArray(), 1);
        output.collect(element.replace(prediction(request, probabilities, next.getSequence())));
        scored.inc();
    }

    private SourceState sourceState() throws Exception {
        SourceState state = sources.value();
        if (state != null && state.getFormat() != FORMAT) {
            throw new IllegalStateException("a source's state has format %d, this release reads %d: upgrade Inkstream"
                    .formatted(state.getFormat(), FORMAT));
        }
        return state == null ? SourceState.getDefaultInstance() : state;
    }

    /**
     * Waits where there is no model yet, or only one older than what this source had: after a restart, until the loader
     * has read the file. That holds up checkpoints, which is why the gate lets no image through before the file is at hand.
     */
    private void awaitModel(long atLeast) throws Exception {
        LiveVersion newest = pointer.get(LIVE);
        if (models.current() == null && newest == null) {
            // An image was quicker than the broadcast.
            loader.findLive();
        }
        while (models.current() == null || isWaitingFor(newest, atLeast)) {
            mailbox.yield();
        }
    }

    /** A move that is yet to come was counted by a registry that is lost: there is nothing to wait for. */
    private boolean isWaitingFor(LiveVersion newest, long atLeast) {
        return newest != null
                && models.move() < atLeast
                && atLeast <= newest.getPointer().getMove()
                && !models.isServing(newest);
    }

    private Prediction prediction(ScoringRequest request, float[] probabilities, long sequence) {
        Prediction.Builder prediction = Prediction.newBuilder()
                .setId(request.getId())
                .setSource(request.getSource())
                .setModelVersion(models.current().number())
                .setSequence(sequence)
                .setScored(Timestamps.now());
        int best = 0;
        for (int digit = 0; digit < probabilities.length; digit++) {
            prediction.addProbabilities(probabilities[digit]);
            best = probabilities[digit] > probabilities[best] ? digit : best;
        }
        if (request.hasCaptured()) {
            prediction.setCaptured(request.getCaptured());
        }
        if (request.hasReceived()) {
            prediction.setReceived(request.getReceived());
        }
        return prediction.setDigit(best).build();
    }

    @Override
    public void processElement2(StreamRecord<RolloutView> element) throws Exception {
        RolloutView view = element.getValue();
        if (view.hasLive()) {
            followLive(view.getLive(), view.getFromCache());
        }
        if (view.hasCandidate()) {
            followCandidate(view);
        } else {
            models.aimAtNothing();
            loader.prepareNothing();
        }
        announce();
    }

    private void followLive(LiveVersion live, boolean fromCache) throws Exception {
        if (!fromCache) {
            confirmed = live;
        }
        LiveVersion known = pointer.get(LIVE);
        if (known != null && Moves.isOlder(live.getPointer(), known.getPointer())) {
            // Older than what is known: kept, it would bring the older version back after a restart.
            return;
        }
        pointer.put(LIVE, live);
        boolean isNews = !models.isServing(live);
        if (!models.follow(live)) {
            loader.request(live);
        } else if (isNews) {
            loader.remember(live);
        }
    }

    private void followCandidate(RolloutView view) {
        boolean isNew = !models.isAimingAt(view.getCandidate());
        if (!models.aim(view.getCandidate(), view.getCandidateVersion()) && isNew) {
            loader.prepare(view.getCandidate(), view.getCandidateVersion());
        }
    }

    private void tellTask(Loading news) {
        try {
            mailbox.execute(() -> take(news), "take what the loader tells");
        } catch (RejectedExecutionException e) {
            LOG.debug("something was loaded when the task had ended", e);
            release(news);
        }
    }

    private static void release(Loading news) {
        if (news instanceof Loading.Live loaded) {
            loaded.model().close();
        } else if (news instanceof Loading.Prepared loaded) {
            loaded.model().close();
        }
    }

    private void take(Loading news) {
        if (news instanceof Loading.Live loaded) {
            models.put(loaded.live(), loaded.model());
            models.live().ifPresent(loader::remember);
        } else if (news instanceof Loading.Prepared loaded) {
            models.prepared(loaded.candidate(), loaded.model());
        } else if (news instanceof Loading.Refused refused) {
            models.refused(refused.candidate(), refused.reason());
        } else if (news instanceof Loading.Broken broken) {
            throw broken.error();
        }
        announce();
    }

    private void announce() {
        ScorerStatus status = models.status();
        if (!status.equals(told)) {
            presence.update(status);
            told = status;
        }
    }

    @Override
    public void close() throws Exception {
        if (presence != null) {
            presence.close();
        }
        if (loader != null) {
            loader.close();
        }
        if (models != null) {
            models.close();
        }
        super.close();
    }
}
