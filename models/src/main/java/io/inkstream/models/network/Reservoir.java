package io.inkstream.models.network;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.ImageReservoir;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Keeps a bounded choice of labelled images: for each digit a uniform one of all that were offered, and for each the same
 * room, so that a stream that is sorted or that shows some digits rarely leaves a balanced choice all the same.
 *
 * <p>Algorithm R for each digit (J. S. Vitter, "Random sampling with a reservoir", ACM TOMS 11, 1985), its random numbers
 * drawn from the count alone: the same images in the same order always leave the same choice, and there is no generator
 * whose state would have to be kept.
 */
public final class Reservoir {
    private final int room;
    private final List<List<byte[]>> kept = Stream.generate(() -> (List<byte[]>) new ArrayList<byte[]>())
            .limit(DigitNetwork.CLASSES)
            .toList();
    private final long[] offered = new long[DigitNetwork.CLASSES];

    /** @param capacity images at most, of which each digit has a tenth */
    public Reservoir(int capacity) {
        this.room = capacity / DigitNetwork.CLASSES;
    }

    /**
     * A reservoir that goes on where {@link #state} was taken.
     *
     * @throws IllegalArgumentException if the state is damaged or of a larger reservoir
     */
    public static Reservoir restore(int capacity, ImageReservoir state) {
        check(capacity, state);
        Reservoir reservoir = new Reservoir(capacity);
        for (int i = 0; i < state.getLabels().size(); i++) {
            reservoir
                    .kept
                    .get(state.getLabels().byteAt(i))
                    .add(state.getPixels()
                            .substring(i * DigitNetwork.PIXELS, (i + 1) * DigitNetwork.PIXELS)
                            .toByteArray());
        }
        for (int i = 0; i < state.getOfferedCount(); i++) {
            reservoir.offered[i] = state.getOffered(i);
        }
        return reservoir;
    }

    /**
     * Checks sizes, labels and counts; allocates nothing.
     *
     * @throws IllegalArgumentException if the state is damaged or of a larger reservoir
     */
    static void check(int capacity, ImageReservoir state) {
        int images = state.getLabels().size();
        if (state.getPixels().size() != images * (long) DigitNetwork.PIXELS) {
            throw new IllegalArgumentException("a reservoir of %d images with %d bytes of pixels: the state is damaged"
                    .formatted(images, state.getPixels().size()));
        }
        int[] sizes = new int[DigitNetwork.CLASSES];
        for (int i = 0; i < images; i++) {
            int label = requireDigit(state.getLabels().byteAt(i));
            if (++sizes[label] > capacity / DigitNetwork.CLASSES) {
                throw new IllegalArgumentException("a reservoir with room for %d of each digit is given more"
                        .formatted(capacity / DigitNetwork.CLASSES));
            }
        }
        boolean untouched = images == 0 && state.getOfferedCount() == 0;
        if (!untouched && state.getOfferedCount() != DigitNetwork.CLASSES) {
            throw new IllegalArgumentException("a reservoir with %d counts instead of %d: the state is damaged"
                    .formatted(state.getOfferedCount(), DigitNetwork.CLASSES));
        }
        for (int digit = 0; digit < state.getOfferedCount(); digit++) {
            if (state.getOffered(digit) < sizes[digit]) {
                throw new IllegalArgumentException(
                        "a reservoir keeps %d images of digit %d, but was offered %s: the state is damaged"
                                .formatted(sizes[digit], digit, Long.toUnsignedString(state.getOffered(digit))));
            }
        }
    }

    /**
     * One reservoir of several that were offered different images: for each digit again a uniform choice of all.
     *
     * <p>Image by image, a reservoir is drawn by how many of those it was offered are left, and gives one of its own at
     * random: each image stands for those it was chosen from. Depends on nothing but the states and their order.
     *
     * @throws IllegalArgumentException if a state is damaged or of a larger reservoir
     */
    public static Reservoir merge(int capacity, List<ImageReservoir> states) {
        List<Reservoir> parts =
                states.stream().map(state -> restore(capacity, state)).toList();
        Reservoir merged = new Reservoir(capacity);
        for (int digit = 0; digit < DigitNetwork.CLASSES; digit++) {
            long[] left = new long[parts.size()];
            for (int i = 0; i < left.length; i++) {
                left[i] = parts.get(i).offered[digit];
                merged.offered[digit] += left[i];
            }
            SplittableRandom random = new SplittableRandom(merged.offered[digit] * DigitNetwork.CLASSES + digit);
            merged.take(digit, parts, left, random);
        }
        return merged;
    }

    /**
     * One of several parts of a reservoir, which together hold each of its images once; merged again, they are offered as
     * many as it was.
     *
     * @param part from 0 to {@code parts - 1}
     * @throws IllegalArgumentException if the state is damaged or of a larger reservoir
     */
    public static ImageReservoir share(int capacity, ImageReservoir state, int part, int parts) {
        Reservoir whole = restore(capacity, state);
        Reservoir share = new Reservoir(capacity);
        for (int digit = 0; digit < DigitNetwork.CLASSES; digit++) {
            for (int i = part; i < whole.size(digit); i += parts) {
                share.kept.get(digit).add(whole.get(digit, i));
            }
            share.offered[digit] = (whole.offered[digit] + parts - 1 - part) / parts;
        }
        return share.state();
    }

    private void take(int digit, List<Reservoir> parts, long[] left, SplittableRandom random) {
        List<byte[]> mine = kept.get(digit);
        long all = offered[digit];
        while (mine.size() < room && all > 0) {
            long drawn = random.nextLong(all);
            int part = 0;
            while (drawn >= left[part]) {
                drawn -= left[part++];
            }
            List<byte[]> theirs = parts.get(part).kept.get(digit);
            if (theirs.isEmpty()) {
                // It was offered more than it ever had room for.
                all -= left[part];
                left[part] = 0;
            } else {
                int last = theirs.size() - 1;
                Collections.swap(theirs, random.nextInt(theirs.size()), last);
                mine.add(theirs.remove(last));
                left[part]--;
                all--;
            }
        }
    }

    /**
     * Considers one image.
     *
     * @param pixels holds the image's 784 bytes from {@code from} on; copied
     * @param label 0 to 9
     */
    public void offer(byte[] pixels, int from, int label) {
        List<byte[]> digit = kept.get(requireDigit(label));
        long count = ++offered[label];
        if (digit.size() < room) {
            digit.add(image(pixels, from));
        } else {
            long place = new SplittableRandom(count * DigitNetwork.CLASSES + label).nextLong(count);
            if (place < room) {
                digit.set((int) place, image(pixels, from));
            }
        }
    }

    /** Images kept. */
    public int size() {
        return kept.stream().mapToInt(List::size).sum();
    }

    /** Images kept of that digit. */
    public int size(int label) {
        return kept.get(label).size();
    }

    /** The 784 bytes of one of the images kept of a digit; not to be written to. */
    byte[] get(int label, int i) {
        return kept.get(label).get(i);
    }

    public ImageReservoir state() {
        ByteString.Output pixels = ByteString.newOutput(size() * DigitNetwork.PIXELS);
        ByteString.Output labels = ByteString.newOutput(size());
        ImageReservoir.Builder state = ImageReservoir.newBuilder();
        for (int label = 0; label < DigitNetwork.CLASSES; label++) {
            for (byte[] image : kept.get(label)) {
                pixels.write(image, 0, image.length);
                labels.write(label);
            }
            state.addOffered(offered[label]);
        }
        return state.setPixels(pixels.toByteString())
                .setLabels(labels.toByteString())
                .build();
    }

    private static byte[] image(byte[] pixels, int from) {
        byte[] image = new byte[DigitNetwork.PIXELS];
        System.arraycopy(pixels, from, image, 0, image.length);
        return image;
    }

    private static int requireDigit(int label) {
        if (label < 0 || label >= DigitNetwork.CLASSES) {
            throw new IllegalArgumentException("label " + label + ": not a digit from 0 to 9");
        }
        return label;
    }
}
