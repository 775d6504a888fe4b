package io.inkstream.operators.live;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;

/** Collects what a reader emits, in place of the task. */
final class Emitted<T> implements ReaderOutput<T> {
    private final List<T> records = new ArrayList<>();
    private boolean idle;

    List<T> records() {
        return records;
    }

    boolean idle() {
        return idle;
    }

    @Override
    public void collect(T value) {
        records.add(value);
    }

    @Override
    public void collect(T value, long timestamp) {
        records.add(value);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        throw new AssertionError("no event time is expected here");
    }

    @Override
    public void markIdle() {
        idle = true;
    }

    @Override
    public void markActive() {
        idle = false;
    }

    @Override
    public SourceOutput<T> createOutputForSplit(String split) {
        return this;
    }

    @Override
    public void releaseOutputForSplit(String split) {}
}
