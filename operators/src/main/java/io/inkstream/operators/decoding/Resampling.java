package io.inkstream.operators.decoding;

/** Stretches and shrinks rows of pixels. */
final class Resampling {
    private Resampling() {}

    /** Rows of {@code width} pixels made {@code newWidth} wide: averaged by area when shrunk, linear when stretched. */
    static float[] rows(float[] pixels, int width, int newWidth) {
        if (width == newWidth) {
            return pixels;
        }
        int height = pixels.length / width;
        float[] rows = new float[newWidth * height];
        double step = (double) width / newWidth;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < newWidth; x++) {
                rows[y * newWidth + x] = (float)
                        (step > 1
                                ? mean(pixels, y * width, width, x * step, (x + 1) * step)
                                : between(pixels, y * width, width, (x + 0.5) * step - 0.5));
            }
        }
        return rows;
    }

    /** Of the stretch from {@code from} to {@code to}, pixels at its ends by the part that is in it. */
    private static double mean(float[] pixels, int row, int width, double from, double to) {
        double sum = 0;
        for (int x = (int) from; x < width && x < to; x++) {
            sum += pixels[row + x] * (Math.min(to, x + 1) - Math.max(from, x));
        }
        return sum / (to - from);
    }

    private static double between(float[] pixels, int row, int width, double at) {
        double inside = Math.max(0, Math.min(width - 1, at));
        int left = (int) inside;
        int right = Math.min(width - 1, left + 1);
        return pixels[row + left] + (inside - left) * (pixels[row + right] - pixels[row + left]);
    }
}
