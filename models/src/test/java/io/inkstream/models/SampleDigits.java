package io.inkstream.models;

import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.Arrays;

/** Real digits for tests: the first of {@code samples/}, laid out as mini-batches are. */
public final class SampleDigits {
    /** Tests run in the folder of their module. */
    private static final String SAMPLES = "../samples/digits";

    private static final int PIXELS = 28 * 28;

    private final byte[] pixels;
    private final byte[] labels;

    private SampleDigits(int n) {
        pixels = new byte[n * PIXELS];
        labels = new byte[n];
    }

    public static SampleDigits first(int n) {
        SampleDigits digits = new SampleDigits(n);
        int i = 0;
        for (LabeledImage digit : Datasets.open(SAMPLES).requireLabels().slice(0, n)) {
            digit.getImage().getPixels().copyTo(digits.pixels, i * PIXELS);
            digits.labels[i++] = (byte) digit.getLabel();
        }
        return digits;
    }

    public byte[] pixels(int from, int n) {
        return Arrays.copyOfRange(pixels, from * PIXELS, (from + n) * PIXELS);
    }

    public byte[] labels(int from, int n) {
        return Arrays.copyOfRange(labels, from, from + n);
    }
}
