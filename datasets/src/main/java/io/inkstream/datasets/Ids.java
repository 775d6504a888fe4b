package io.inkstream.datasets;

/** Names the images of a data set: its name, a dash, and the index, with zeros so that all are equally long. */
final class Ids {
    private final String format;

    Ids(String name, long size) {
        int digits = Long.toString(Math.max(0, size - 1)).length();
        this.format = name.replace("%", "%%") + "-%0" + digits + "d";
    }

    String of(long index) {
        return format.formatted(index);
    }
}
