package io.inkstream.operators.decoding;

import java.util.Arrays;

/**
 * What the digit is drawn on, told from the picture's frame, where a digit hardly is: how bright the paper is, how that
 * changes across the picture, and how grainy it is.
 *
 * @param level brightness in the middle, 0 to 255
 * @param slopeX change of the level for each pixel to the right, as of a shadow
 * @param slopeY the same downwards
 * @param grain standard deviation of the brightness about that plane
 */
record Paper(double level, double slopeX, double slopeY, double grain) {

    /** The frame's share of the shorter side. */
    private static final double FRAME = 0.02;

    /** Sides that differ by more are no shadow: the digit touches one of them. */
    private static final double MAX_SHADOW = 64;

    /** From the median absolute deviation of a normal distribution to its standard deviation. */
    private static final double MAD = 1.4826;

    static Paper of(Picture picture) {
        int width = picture.width();
        int height = picture.height();
        int frame = Math.max(1, (int) (FRAME * Math.min(width, height)));
        int[] top = histogram(picture, 0, 0, width, Math.min(height, frame));
        int[] bottom = histogram(picture, 0, Math.max(0, height - frame), width, height);
        int[] left = histogram(picture, 0, 0, Math.min(width, frame), height);
        int[] right = histogram(picture, Math.max(0, width - frame), 0, width, height);
        double[] sides = {median(top), median(bottom), median(left), median(right)};
        double shadow = Arrays.stream(sides).max().getAsDouble()
                - Arrays.stream(sides).min().getAsDouble();
        Paper even = new Paper(median(sum(top, bottom, left, right)), 0, 0, 0);
        Paper paper = shadow > MAX_SHADOW
                ? even
                : new Paper(
                        Arrays.stream(sides).average().getAsDouble(),
                        (sides[3] - sides[2]) / width,
                        (sides[1] - sides[0]) / height,
                        0);
        return paper.withGrain(picture, frame);
    }

    /** How much brighter than the paper the picture is there; negative where darker. */
    double contrast(Picture picture, int x, int y) {
        return picture.at(x, y) - at(picture, x, y);
    }

    /** The brightness of the paper there. */
    double at(Picture picture, int x, int y) {
        return level + slopeX * (x - (picture.width() - 1) / 2.0) + slopeY * (y - (picture.height() - 1) / 2.0);
    }

    private Paper withGrain(Picture picture, int frame) {
        int[] deviations = new int[256];
        for (int y = 0; y < picture.height(); y++) {
            boolean isInside = y >= frame && y < picture.height() - frame;
            for (int x = 0; x < picture.width(); x++) {
                if (isInside && x == frame && picture.width() > 2 * frame) {
                    x = picture.width() - frame;
                }
                deviations[(int) Math.min(255, Math.abs(contrast(picture, x, y)))]++;
            }
        }
        return new Paper(level, slopeX, slopeY, MAD * median(deviations));
    }

    private static int[] histogram(Picture picture, int left, int top, int right, int bottom) {
        int[] histogram = new int[256];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                histogram[picture.at(x, y)]++;
            }
        }
        return histogram;
    }

    private static int[] sum(int[]... histograms) {
        int[] sum = new int[256];
        for (int[] histogram : histograms) {
            Arrays.setAll(sum, i -> sum[i] + histogram[i]);
        }
        return sum;
    }

    private static int median(int[] histogram) {
        int total = Arrays.stream(histogram).sum();
        int value = 0;
        for (int below = histogram[0]; 2 * below < total; below += histogram[value]) {
            value++;
        }
        return value;
    }
}
