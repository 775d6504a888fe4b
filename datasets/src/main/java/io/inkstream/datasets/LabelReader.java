package io.inkstream.datasets;

import java.io.InputStream;

/** Reads labels one after the other, and refuses what is no digit. */
final class LabelReader implements AutoCloseable {
    private final StoredArray labels;
    private final InputStream in;
    private long index;

    LabelReader(StoredArray labels, long from) {
        this.labels = labels;
        this.index = from;
        this.in = labels.open();
        try {
            labels.skip(in, from * labels.type().bytes());
        } catch (DatasetException e) {
            Closing.quietly(in, e);
            throw e;
        }
    }

    int next() {
        long label = labels.type().decode(labels.read(in, labels.type().bytes(), index));
        if (label < 0 || label > 9) {
            throw new DatasetException(
                    "%s: label %d is %d, which is no digit from 0 to 9".formatted(labels.place(), index, label));
        }
        index++;
        return (int) label;
    }

    void expectEnd() {
        labels.expectEnd(in);
    }

    @Override
    public void close() {
        Closing.now(in);
    }
}
