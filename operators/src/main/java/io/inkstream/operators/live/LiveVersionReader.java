package io.inkstream.operators.live;

import io.inkstream.models.registry.LiveWatch;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.LiveVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/** Emits what the registry's watch saw last. ZooKeeper is read in the watch's thread, never in the task's. */
final class LiveVersionReader implements SourceReader<LiveVersion, NoSplit> {

    private final String zookeeper;
    private final String model;
    private final AtomicReference<LiveVersion> news = new AtomicReference<>();
    private final AtomicReference<CompletableFuture<Void>> available = new AtomicReference<>(new CompletableFuture<>());
    private ModelRegistry registry;
    private LiveWatch watch;

    LiveVersionReader(String zookeeper, String model) {
        this.zookeeper = zookeeper;
        this.model = model;
    }

    @Override
    public void start() {
        registry = ModelRegistry.open(zookeeper, model);
        watch = registry.watchLive(live -> {
            news.set(live);
            available.get().complete(null);
        });
    }

    @Override
    public InputStatus pollNext(ReaderOutput<LiveVersion> output) {
        // No event time flows from here: without this the images' watermarks would wait for it.
        output.markIdle();
        // First the future, then the news: news that come in between complete the new future.
        available.set(new CompletableFuture<>());
        LiveVersion live = news.getAndSet(null);
        if (live != null) {
            output.collect(live);
        }
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available.get();
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {
        throw new AssertionError("there are no splits");
    }

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        if (registry != null) {
            registry.close();
        }
    }
}
