package io.inkstream.operators.decoding;

import io.inkstream.schemas.v1.RejectionReason;

/**
 * A decoded picture in grey, as it came: the ink may be lighter or darker than the paper.
 *
 * @param gray width × height bytes, row by row, 0 is black and 255 white
 * @param plain whether nothing but grey was there: no colour, nothing transparent
 */
@SuppressWarnings("ArrayRecordComponent") // handed from the reader to the normalizer, never compared
record Picture(int width, int height, byte[] gray, boolean plain) {

    /** Of width and of height; what a phone takes is this wide. */
    static final int MAX_SIDE = 4_096;

    static final int MAX_PIXELS = 1 << 22;

    /** Checks a size that somebody claims, before anything is allocated for it. */
    static void requireSize(long width, long height) throws UnusableRecordException {
        boolean fits = width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE;
        if (!fits || width * height > MAX_PIXELS) {
            throw new UnusableRecordException(
                    RejectionReason.WRONG_SIZE,
                    "the image is %d × %d pixels: each side may be 1 to %d, and width × height at most %d; scale it down"
                            .formatted(width, height, MAX_SIDE, MAX_PIXELS));
        }
    }

    int at(int x, int y) {
        return gray[y * width + x] & 0xFF;
    }

    /** The mean of each square of k × k pixels, with the least k by which no side is longer than {@code maxSide}. */
    Picture reduced(int maxSide) {
        int k = (Math.max(width, height) + maxSide - 1) / maxSide;
        if (k == 1) {
            return this;
        }
        int newWidth = (width + k - 1) / k;
        int newHeight = (height + k - 1) / k;
        byte[] means = new byte[newWidth * newHeight];
        for (int y = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                means[y * newWidth + x] =
                        mean(x * k, y * k, Math.min(width, (x + 1) * k), Math.min(height, (y + 1) * k));
            }
        }
        return new Picture(newWidth, newHeight, means, plain);
    }

    private byte mean(int left, int top, int right, int bottom) {
        int sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += at(x, y);
            }
        }
        return (byte) (sum / ((right - left) * (bottom - top)));
    }
}
