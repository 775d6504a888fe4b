package io.inkstream.operators.scoring;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads versions from HDFS beside the task, which goes on scoring with the one it has. What cannot be loaded is tried
 * again until another version is asked for.
 */
final class ModelLoader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);
    private static final long RETRY_MS = 1_000;

    private final ModelStore store;
    private final Consumer<LoadedModel> whenLoaded;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread loader = new Thread(task, "inkstream-model-loader");
        loader.setDaemon(true);
        return loader;
    });
    private volatile LiveVersion wanted;

    /** @param whenLoaded called from the loader's thread */
    ModelLoader(ModelStore store, Consumer<LoadedModel> whenLoaded) {
        this.store = store;
        this.whenLoaded = whenLoaded;
    }

    /** Loads in the loader's thread; an earlier version that is not loaded yet is skipped. */
    void request(LiveVersion live) {
        wanted = live;
        thread.execute(() -> tryToLoad(live, true));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged here
    private void tryToLoad(LiveVersion live, boolean firstTry) {
        if (live.getPointer().getMove() != wanted.getPointer().getMove()) {
            return;
        }
        try {
            whenLoaded.accept(load(live));
        } catch (IOException | UnusableModelException | RuntimeException e) {
            if (firstTry) {
                LOG.warn(
                        "cannot load version {}; scoring goes on with the version in use, trying again",
                        live.getPointer().getVersion(),
                        e);
            }
            thread.schedule(() -> tryToLoad(live, false), RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Loads in the caller's thread. */
    LoadedModel load(LiveVersion live) throws IOException, UnusableModelException {
        ModelVersion version = live.getVersion();
        return new LoadedModel(live, OnnxScorer.load(store.read(version.getVersion(), version.getOnnx())));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
