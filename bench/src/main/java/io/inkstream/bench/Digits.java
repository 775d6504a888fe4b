package io.inkstream.bench;

import io.inkstream.datasets.Dataset;
import io.inkstream.models.network.Step;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.Arrays;

/** Digits laid out as mini-batches are, so that no benchmark measures reading. */
final class Digits {
    static final int PIXELS = 28 * 28;

    private final byte[] pixels;
    private final byte[] labels;

    private Digits(int size) {
        pixels = new byte[Math.multiplyExact(size, PIXELS)];
        labels = new byte[size];
    }

    static Digits read(Dataset dataset) {
        Digits digits = new Digits(Math.toIntExact(dataset.requireLabels().size()));
        int i = 0;
        for (LabeledImage digit : dataset) {
            if (digit.getImage().getPixels().size() != PIXELS) {
                throw new IllegalArgumentException(digit.getImage().getId() + " is not of 28 × 28 grey pixels");
            }
            digit.getImage().getPixels().copyTo(digits.pixels, i * PIXELS);
            digits.labels[i++] = (byte) digit.getLabel();
        }
        return digits;
    }

    /** The same, all 0s first, then all 1s and so on; those of a digit keep their order. */
    Digits sorted() {
        Digits sorted = new Digits(size());
        int to = 0;
        for (int digit = 0; digit < 10; digit++) {
            for (int i = 0; i < size(); i++) {
                if (labels[i] == digit) {
                    System.arraycopy(pixels, i * PIXELS, sorted.pixels, to * PIXELS, PIXELS);
                    sorted.labels[to++] = (byte) digit;
                }
            }
        }
        return sorted;
    }

    /** All of them, size × 784. */
    byte[] pixels() {
        return pixels;
    }

    /** A copy of one, 784 bytes. */
    byte[] image(int i) {
        return Arrays.copyOfRange(pixels, i * PIXELS, (i + 1) * PIXELS);
    }

    int size() {
        return labels.length;
    }

    /** The digits [from, from + n), copied into the front of these arrays. */
    void copy(int from, int n, byte[] toPixels, byte[] toLabels) {
        System.arraycopy(pixels, from * PIXELS, toPixels, 0, n * PIXELS);
        System.arraycopy(labels, from, toLabels, 0, n);
    }

    /** The share of these that the probabilities, n × 10, get right. */
    double accuracy(float[] probabilities) {
        return Step.judge(probabilities, labels, size()).correct() / (double) size();
    }
}
