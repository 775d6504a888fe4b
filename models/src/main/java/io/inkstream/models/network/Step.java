package io.inkstream.models.network;

/**
 * What one mini-batch told: how many of its samples the network got right, and its loss, before it was trained on them.
 *
 * @param samples in the mini-batch
 * @param correct samples whose most probable class was their label
 * @param lossSum cross-entropy in nats, summed over the samples
 */
public record Step(int samples, int correct, double lossSum) {
    /** The least that a label's probability counts as: one of zero would make the sum of a whole version infinite. */
    public static final double LEAST_PROBABILITY = 1e-10;

    /**
     * Compares what a network thinks of images with what they are. A probability that is not a number counts as least, and
     * makes its image wrong.
     *
     * @param probabilities {@code float[n][10]} flattened, or longer
     * @param labels at least n digits, 0 to 9
     */
    public static Step judge(float[] probabilities, byte[] labels, int n) {
        int correct = 0;
        double loss = 0;
        for (int i = 0; i < n; i++) {
            correct += isRight(probabilities, labels, i) ? 1 : 0;
            float right = probabilities[i * DigitNetwork.CLASSES + labels[i]];
            loss -= StrictMath.log(right > LEAST_PROBABILITY ? right : LEAST_PROBABILITY);
        }
        return new Step(n, correct, loss);
    }

    /** Whether the most probable class of one image is its label. */
    public static boolean isRight(float[] probabilities, byte[] labels, int image) {
        return mostProbable(probabilities, image) == labels[image]
                && !Float.isNaN(probabilities[image * DigitNetwork.CLASSES + labels[image]]);
    }

    private static int mostProbable(float[] probabilities, int image) {
        int first = image * DigitNetwork.CLASSES;
        int best = 0;
        for (int digit = 1; digit < DigitNetwork.CLASSES; digit++) {
            best = probabilities[first + digit] > probabilities[first + best] ? digit : best;
        }
        return best;
    }
}
