package io.inkstream.jobs;

import io.inkstream.schemas.v1.LabeledImage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Some of the real digits in memory, to be found again by their ids. */
final class Digits {
    private final List<LabeledImage> images = new ArrayList<>();
    private final Map<String, byte[]> pixels = new HashMap<>();

    Digits(int n) {
        for (LabeledImage image : Loop.samples().slice(0, n)) {
            images.add(image);
            pixels.put(image.getImage().getId(), image.getImage().getPixels().toByteArray());
        }
    }

    /** The next {@code n} after {@code from}, from the beginning again after the last. */
    List<LabeledImage> next(long from, int n) {
        List<LabeledImage> next = new ArrayList<>();
        for (long i = from; i < from + n; i++) {
            next.add(images.get((int) (i % images.size())));
        }
        return next;
    }

    byte[] pixelsOf(String id) {
        return pixels.get(id);
    }

    /** The first {@code n}, one after the other. */
    byte[] pixels(int n) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        next(0, n).forEach(image -> all.writeBytes(pixelsOf(image.getImage().getId())));
        return all.toByteArray();
    }
}
