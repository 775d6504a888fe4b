package io.inkstream.operators.scoring;

import com.google.protobuf.util.Timestamps;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.Prediction;
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
 * <p>A new version is loaded beside the task and put in place between two images, so that no image waits for it and
 * each prediction names the version that made it. The broadcast state holds the pointer, never the weights.
 */
final class Scorer extends AbstractStreamOperator<Prediction>
        implements TwoInputStreamOperator<ScoringRequest, LiveVersion, Prediction> {

    private static final long serialVersionUID = 1L;
    private static final int FORMAT = 1;
    private static final String LIVE = "live";

    private final String root;
    private final String zookeeper;
    private final String model;
    private final transient MailboxExecutor mailbox;
    private transient BroadcastState<String, LiveVersion> pointer;
    private transient ValueState<SourceState> sources;
    private transient ModelLoader loader;
    private transient LoadedModel current;
    private transient Counter scored;

    Scorer(StreamOperatorParameters<Prediction> parameters, String root, String zookeeper, String model) {
        super(parameters);
        this.mailbox = parameters.getMailboxExecutor();
        this.root = root;
        this.zookeeper = zookeeper;
        this.model = model;
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
        loader = new ModelLoader(ModelStore.open(root, model), this::putInPlaceSoon);
        scored = getMetricGroup().counter("scored");
        getMetricGroup().gauge("modelVersion", () -> current == null ? 0L : current.version());
    }

    @Override
    public void processElement1(StreamRecord<ScoringRequest> element) throws Exception {
        if (current == null) {
            current = loader.load(firstPointer());
        }
        ScoringRequest request = element.getValue();
        float[] probabilities = current.scorer().score(request.getPixels().toByteArray(), 1);
        output.collect(element.replace(prediction(request, probabilities)));
        scored.inc();
    }

    /**
     * The restored pointer, or the one that was just broadcast; where an image was quicker than the broadcast, the
     * registry's. There is one: images wait at the gate until then.
     */
    private LiveVersion firstPointer() throws Exception {
        LiveVersion known = pointer.get(LIVE);
        if (known != null) {
            return known;
        }
        try (ModelRegistry registry = ModelRegistry.open(zookeeper, model)) {
            return registry.liveVersion()
                    .orElseThrow(() -> new IllegalStateException("an image came before a first version was live"));
        }
    }

    private Prediction prediction(ScoringRequest request, float[] probabilities) throws Exception {
        Prediction.Builder prediction = Prediction.newBuilder()
                .setId(request.getId())
                .setSource(request.getSource())
                .setModelVersion(current.version())
                .setSequence(nextInSequence())
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

    private long nextInSequence() throws Exception {
        SourceState state = sources.value();
        if (state != null && state.getFormat() != FORMAT) {
            throw new IllegalStateException("a source's state has format %d, this release reads %d: upgrade Inkstream"
                    .formatted(state.getFormat(), FORMAT));
        }
        long next = state == null ? 1 : state.getSequence() + 1;
        sources.update(
                SourceState.newBuilder().setFormat(FORMAT).setSequence(next).build());
        return next;
    }

    @Override
    public void processElement2(StreamRecord<LiveVersion> element) throws Exception {
        LiveVersion live = element.getValue();
        LiveVersion known = pointer.get(LIVE);
        if (known != null && known.getPointer().getMove() > live.getPointer().getMove()) {
            // Older than what is known: kept, it would bring the older version back after a restart.
            return;
        }
        pointer.put(LIVE, live);
        if (current == null || live.getPointer().getMove() > current.move()) {
            loader.request(live);
        }
    }

    private void putInPlaceSoon(LoadedModel loaded) {
        try {
            mailbox.execute(() -> putInPlace(loaded), "switch to version %s", loaded.version());
        } catch (RejectedExecutionException e) {
            LOG.debug("version {} was loaded when the task had ended", loaded.version(), e);
            loaded.close();
        }
    }

    private void putInPlace(LoadedModel loaded) {
        if (current != null && loaded.move() <= current.move()) {
            loaded.close();
            return;
        }
        if (current != null) {
            current.close();
        }
        current = loaded;
    }

    @Override
    public void close() throws Exception {
        if (loader != null) {
            loader.close();
        }
        if (current != null) {
            current.close();
        }
        super.close();
    }
}
