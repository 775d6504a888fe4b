package io.inkstream.operators.decoding;

/**
 * What is drawn, apart from the paper: a raster to be cropped, scaled and thickened.
 *
 * @param amount width × height, row by row, from 0 for bare paper to 1 for the darkest ink
 */
@SuppressWarnings("ArrayRecordComponent") // handed from step to step, never compared
record Ink(int width, int height, float[] amount) {

    float at(int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height ? 0 : amount[y * width + x];
    }

    /** The smallest part that holds every pixel of at least so much ink; there must be one. */
    Ink cropped(float least) {
        int left = width;
        int top = height;
        int right = 0;
        int bottom = 0;
        for (int i = 0; i < amount.length; i++) {
            if (amount[i] >= least) {
                left = Math.min(left, i % width);
                right = Math.max(right, i % width + 1);
                top = Math.min(top, i / width);
                bottom = Math.max(bottom, i / width + 1);
            }
        }
        return part(left, top, right - left, bottom - top);
    }

    /** May reach beyond the edges: there is no ink there. */
    private Ink part(int left, int top, int newWidth, int newHeight) {
        float[] part = new float[newWidth * newHeight];
        for (int i = 0; i < part.length; i++) {
            part[i] = at(left + i % newWidth, top + i / newWidth);
        }
        return new Ink(newWidth, newHeight, part);
    }

    /** With so many empty pixels around it. */
    Ink padded(int margin) {
        return part(-margin, -margin, width + 2 * margin, height + 2 * margin);
    }

    /** The largest of that shape that fits into a square of {@code side} pixels. */
    Ink fitted(int side) {
        double scale = (double) side / Math.max(width, height);
        return scaled((int) Math.max(1, Math.round(width * scale)), (int) Math.max(1, Math.round(height * scale)));
    }

    private Ink scaled(int newWidth, int newHeight) {
        return new Ink(newWidth, height, Resampling.rows(amount, width, newWidth))
                .transposed()
                .wide(newHeight)
                .transposed();
    }

    private Ink wide(int newWidth) {
        return new Ink(newWidth, height, Resampling.rows(amount, width, newWidth));
    }

    private Ink transposed() {
        float[] transposed = new float[amount.length];
        for (int i = 0; i < amount.length; i++) {
            transposed[i % width * height + i / width] = amount[i];
        }
        return new Ink(height, width, transposed);
    }

    /** The mean width of the strokes in pixels: a stroke's area is its length times its width, its outline twice its length. */
    double strokeWidth() {
        double area = 0;
        double outline = 0;
        for (int y = -1; y < height; y++) {
            for (int x = -1; x < width; x++) {
                float here = hard(x, y);
                area += here;
                outline += Math.hypot(hard(x + 1, y) - here, hard(x, y + 1) - here);
            }
        }
        return 2 * area / outline;
    }

    /** Of every edge only the steep part: neither the paper's grain nor the ink's is an outline. */
    private float hard(int x, int y) {
        return Math.max(0, Math.min(1, 2 * at(x, y) - 0.5f));
    }

    /** Every stroke is drawn again with a round pen of that radius in pixels. */
    Ink thickened(double radius) {
        int reach = (int) Math.ceil(radius);
        float[] thick = new float[amount.length];
        for (int dy = -reach; dy <= reach; dy++) {
            for (int dx = -reach; dx <= reach; dx++) {
                // One at the pen's middle, fading over its last pixel.
                float pen = (float) Math.min(1, radius + 1 - Math.hypot(dx, dy));
                if (pen > 0) {
                    stamp(thick, dx, dy, pen);
                }
            }
        }
        return new Ink(width, height, thick);
    }

    private void stamp(float[] thick, int dx, int dy, float pen) {
        for (int i = 0; i < thick.length; i++) {
            thick[i] = Math.max(thick[i], pen * at(i % width + dx, i / width + dy));
        }
    }

    /** With the darkest ink at 1. */
    Ink stretched() {
        float darkest = 0;
        for (float ink : amount) {
            darkest = Math.max(darkest, ink);
        }
        float[] stretched = amount.clone();
        for (int i = 0; i < stretched.length; i++) {
            stretched[i] /= darkest;
        }
        return new Ink(width, height, stretched);
    }

    /** The mean column of the ink, from 0 at the left edge to {@link #width} at the right one. */
    double centerX() {
        double moment = 0;
        double mass = 0;
        for (int i = 0; i < amount.length; i++) {
            moment += amount[i] * (i % width + 0.5);
            mass += amount[i];
        }
        return moment / mass;
    }

    /** The mean row of the ink, from 0 at the top. */
    double centerY() {
        return transposed().centerX();
    }

    /**
     * A square of {@code side} pixels with this ink in it, its centre of mass as near as fits to where MNIST has it: in the
     * middle of the pixel that is right of the middle and below it.
     */
    Ink centered(int side) {
        return part(-offset(side, width, centerX()), -offset(side, height, centerY()), side, side);
    }

    private static int offset(int side, int length, double center) {
        return (int) Math.max(0, Math.min(side - length, Math.round(side / 2.0 + 0.5 - center)));
    }

    byte[] bytes() {
        byte[] bytes = new byte[amount.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, amount[i])));
        }
        return bytes;
    }
}
