package io.inkstream.operators.decoding;

import io.inkstream.schemas.v1.RejectionReason;

/** Tells the ink on a picture from the paper, whichever is lighter, from the paper's grain, and from specks. */
final class InkFinder {

    /** Of the darkest ink: what shows at least so much belongs to a stroke and not to its surroundings. */
    static final float STROKE = 0.2f;

    /** Of 255. Fainter marks are none. */
    private static final int MIN_CONTRAST = 24;

    /** Standard deviations of the paper's grain that ink must be clear of. */
    private static final double CLEAR_OF_GRAIN = 4;

    /** Of the darkest ink: what shows no more is the paper, or what JPEG has spread about a stroke. */
    private static final double FLOOR = 0.06;

    /** Of all pixels, and how many at most: these may show more than the darkest ink does, as noise may. */
    private static final double OUTLIERS = 0.0002;

    private static final int MAX_OUTLIERS = 8;

    /** In the deepest shadow. */
    private static final double MIN_LIGHT = 0.5;

    /** Of the largest stroke: what holds less ink is a speck. */
    private static final double SPECK = 0.03;

    private InkFinder() {}

    static Ink find(Picture picture) throws UnusableRecordException {
        Paper paper = Paper.of(picture);
        float[] contrast = new float[picture.width() * picture.height()];
        double balance = 0;
        for (int i = 0; i < contrast.length; i++) {
            double here = paper.contrast(picture, i % picture.width(), i / picture.width());
            contrast[i] = (float) here;
            // To the third power: little ink of much contrast outweighs much paper of little.
            balance += here * here * here;
        }
        if (balance < 0) {
            for (int i = 0; i < contrast.length; i++) {
                // A shadow takes the same share of the light from paper and ink.
                double light = paper.at(picture, i % picture.width(), i / picture.width()) / paper.level();
                contrast[i] = (float) (-contrast[i] / Math.max(MIN_LIGHT, light));
            }
        }
        Ink ink = new Ink(picture.width(), picture.height(), stretched(contrast, CLEAR_OF_GRAIN * paper.grain()));
        return Strokes.of(ink, STROKE).withoutSpecks(SPECK);
    }

    /** From 0 for all that is paper to 1 for the darkest ink; in place. */
    private static float[] stretched(float[] contrast, double grain) throws UnusableRecordException {
        int darkest = darkest(contrast);
        double least = Math.max(MIN_CONTRAST, grain);
        if (darkest < least) {
            throw new UnusableRecordException(
                    RejectionReason.BLANK_IMAGE,
                    "nothing is drawn on the image: no mark differs from its border by %d of 255"
                            .formatted((int) Math.ceil(least)));
        }
        double floor = Math.max(FLOOR * darkest, Math.min(grain, darkest / 2.0));
        for (int i = 0; i < contrast.length; i++) {
            contrast[i] = (float) Math.max(0, Math.min(1, (contrast[i] - floor) / (darkest - floor)));
        }
        return contrast;
    }

    private static int darkest(float[] contrast) {
        int[] histogram = new int[256];
        for (float here : contrast) {
            histogram[(int) Math.max(0, Math.min(255, here))]++;
        }
        int darkest = 255;
        long above = histogram[255];
        while (darkest > 0 && above <= Math.min(MAX_OUTLIERS, OUTLIERS * contrast.length)) {
            above += histogram[--darkest];
        }
        return darkest;
    }
}
