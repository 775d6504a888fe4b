package io.inkstream.operators.decoding;

/**
 * Makes of any picture of a digit one as MNIST has them: light ink on black, the digit scaled into 20 × 20 pixels with its
 * aspect kept, its centre of mass in the middle of 28 × 28.
 *
 * <p>After Y. LeCun, C. Cortes and C. J. C. Burges, <i>The MNIST database of handwritten digits</i>. What is added is for
 * pictures that were not made with NIST's pens and scanners: the paper is found and taken away, and thin strokes are
 * drawn thicker, which else would fade when scaled down.
 */
final class DigitNormalizer {
    private static final int BOX = 20;

    /** Larger pictures are reduced first: a digit that is worth reading is still large enough. */
    private static final int MAX_SIDE = 1_024;

    /**
     * Pixels of a stroke in the box; thinner ones are thickened. Of MNIST's digits a quarter has less than 1.9 and half more
     * than 2.3; from 2.0 to 2.5 drawings are read alike.
     */
    static final double MIN_STROKE = 2.0;

    /** Strokes are thickened on a raster that is so many times finer than the box. */
    private static final int FINER = 4;

    private DigitNormalizer() {}

    /** Returns 28 × 28 bytes, row by row, 0 for background and 255 for ink. */
    static byte[] normalize(Picture picture) throws UnusableRecordException {
        Ink digit = InkFinder.find(picture.reduced(MAX_SIDE)).cropped(InkFinder.STROKE);
        return inBox(digit).stretched().centered(PixelDecoder.SIDE).bytes();
    }

    private static Ink inBox(Ink digit) {
        double stroke = digit.strokeWidth() * BOX / Math.max(digit.width(), digit.height());
        if (stroke >= MIN_STROKE) {
            return digit.fitted(BOX);
        }
        // Solid first: a hairline has faded by the time it fits.
        Ink fine = digit.fitted(BOX * FINER).stretched();
        double radius = (MIN_STROKE * FINER - fine.strokeWidth()) / 2;
        if (radius <= 0) {
            return digit.fitted(BOX);
        }
        int margin = (int) Math.ceil(radius);
        return digit.fitted(BOX * FINER - 2 * margin)
                .stretched()
                .padded(margin)
                .thickened(radius)
                .fitted(BOX);
    }
}
