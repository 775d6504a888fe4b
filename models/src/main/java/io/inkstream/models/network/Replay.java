package io.inkstream.models.network;

import io.inkstream.schemas.v1.ImageReservoir;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Puts earlier images beside the new ones of each mini-batch, so that what the stream no longer shows is not forgotten.
 *
 * <p>Which ones depends on nothing but the seed, the iteration and what the {@link Reservoir} holds, so there is no
 * generator whose state would have to be kept. Experience replay: D. Rolnick et al., "Experience Replay for Continual
 * Learning", NeurIPS 2019.
 */
final class Replay {
    private final int replayed;
    private final int capacity;
    private final long seed;
    private Reservoir reservoir;

    Replay(TrainingRecipe recipe) {
        this.replayed = recipe.getReplayed();
        this.capacity = recipe.getReplay();
        this.seed = recipe.getSeed();
        this.reservoir = new Reservoir(capacity);
    }

    /**
     * Draws images behind the new ones, with replacement: each of the digit that the mini-batch shows least so far, of
     * those that are kept at all, so that new images of one digit alone do not outweigh the others.
     *
     * @param pixels with room for {@code n + replayed} images
     * @param labels with room for as many
     * @param n new images at the front
     * @return how many there are now: {@code n} as long as nothing is kept, else {@code n + replayed}
     */
    int draw(long iteration, byte[] pixels, byte[] labels, int n) {
        int[] kept = IntStream.range(0, DigitNetwork.CLASSES)
                .filter(digit -> reservoir.size(digit) > 0)
                .toArray();
        if (kept.length == 0) {
            return n;
        }
        int[] shown = new int[DigitNetwork.CLASSES];
        for (int i = 0; i < n; i++) {
            shown[labels[i]]++;
        }
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + iteration);
        for (int i = n; i < n + replayed; i++) {
            int digit = least(kept, shown, random.nextInt(kept.length));
            shown[digit]++;
            byte[] image = reservoir.get(digit, random.nextInt(reservoir.size(digit)));
            System.arraycopy(image, 0, pixels, i * DigitNetwork.PIXELS, DigitNetwork.PIXELS);
            labels[i] = (byte) digit;
        }
        return n + replayed;
    }

    /** The digit shown least, the first such from {@code start} on. */
    private static int least(int[] digits, int[] shown, int start) {
        int least = digits[start];
        for (int i = 1; i < digits.length; i++) {
            int digit = digits[(start + i) % digits.length];
            if (shown[digit] < shown[least]) {
                least = digit;
            }
        }
        return least;
    }

    /** Considers the first {@code n} images for the mini-batches to come. */
    void offer(byte[] pixels, byte[] labels, int n) {
        if (isOn()) {
            for (int i = 0; i < n; i++) {
                reservoir.offer(pixels, i * DigitNetwork.PIXELS, labels[i]);
            }
        }
    }

    boolean isOn() {
        return capacity > 0;
    }

    ImageReservoir state() {
        return reservoir.state();
    }

    /** @param state as from {@link #state} with the same capacity */
    void set(ImageReservoir state) {
        reservoir = Reservoir.restore(capacity, state);
    }
}
