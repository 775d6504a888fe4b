package io.inkstream.operators.training;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version that is live, for new ones to be compared with. Loaded once for each; for one thread. */
final class LiveModel implements AutoCloseable {

    /** A version and its artefact, which stays open until the next one is asked for. */
    record Loaded(long version, OnnxScorer scorer) {}

    private static final Logger LOG = LoggerFactory.getLogger(LiveModel.class);

    private final ModelRegistry registry;
    private final ModelStore store;
    private Loaded loaded;

    LiveModel(TrainingPlan plan) throws IOException {
        store = ModelStore.open(plan.root(), plan.model());
        registry = plan.openRegistry();
    }

    /** Empty before a first version is live, and where it cannot be read now: what is not compared is judged by its scores. */
    Optional<Loaded> now() {
        try {
            Optional<ModelVersion> live = registry.liveVersion().map(LiveVersion::getVersion);
            if (live.isEmpty()) {
                return Optional.empty();
            }
            if (loaded == null || loaded.version() != live.get().getVersion()) {
                load(live.get());
            }
            return Optional.of(loaded);
        } catch (IOException | UnusableModelException | RegistryException e) {
            LOG.warn("cannot read the live version; the new one is not compared with it on the same images", e);
            return Optional.empty();
        }
    }

    private void load(ModelVersion live) throws IOException, UnusableModelException {
        OnnxScorer scorer = OnnxScorer.load(store.read(live.getVersion(), live.getOnnx()));
        unload();
        loaded = new Loaded(live.getVersion(), scorer);
    }

    private void unload() {
        if (loaded != null) {
            loaded.scorer().close();
            loaded = null;
        }
    }

    @Override
    public void close() {
        unload();
        registry.close();
    }
}
