package io.inkstream.operators.live;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * Forwards everything to the reader behind the gate, but says that nothing is available until there is a model.
 *
 * @param <T> what the reader emits
 * @param <S> its splits
 */
@SuppressWarnings("try") // close() may throw InterruptedException because the reader's may
final class GatedReader<T, S extends SourceSplit> implements SourceReader<T, S> {

    private final SourceReader<T, S> reader;
    private final ModelSite site;
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private FirstModel first;

    GatedReader(SourceReader<T, S> reader, ModelSite site) {
        this.reader = reader;
        this.site = site;
    }

    @Override
    public void start() {
        first = FirstModel.await(site, () -> open.complete(null));
        reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        if (!open.isDone()) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        stopWatching();
        return reader.pollNext(output);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return open.isDone() ? reader.isAvailable() : open;
    }

    private void stopWatching() {
        if (first != null) {
            first.close();
            first = null;
        }
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
        return reader.snapshotState(checkpointId);
    }

    @Override
    public void addSplits(List<S> splits) {
        reader.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        reader.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        reader.handleSourceEvents(event);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        reader.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        reader.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
        reader.pauseOrResumeSplits(toPause, toResume);
    }

    @Override
    public void close() throws Exception {
        try {
            stopWatching();
        } finally {
            reader.close();
        }
    }
}
