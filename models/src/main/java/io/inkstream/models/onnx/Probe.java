package io.inkstream.models.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.models.network.DigitNetwork;

/**
 * Tells whether a scorer reads some images as the trainer did: a model may load and add up, and still be another one.
 *
 * <p>Immutable. DL4J and ONNX Runtime differ by some 1e-6 in a probability; a wrong model by far more than {@value
 * #TOLERANCE} in one of a few images.
 */
public final class Probe {

    /** The name of its file among a version's. */
    public static final String NAME = "probe.pb";

    /** The largest file that is read. */
    public static final int MAX_BYTES = 1 << 20;

    /** The largest difference of one probability. */
    public static final double TOLERANCE = 1e-4;

    private static final int FORMAT = 1;
    private static final int MAX_IMAGES = 1_000;

    private final io.inkstream.schemas.v1.Probe message;

    private Probe(io.inkstream.schemas.v1.Probe message) {
        this.message = message;
    }

    /**
     * The file for some images.
     *
     * @param pixels n × 784 bytes, row by row, 0 is background, n from 1 to 1,000
     * @param probabilities n × 10, image by image, by the trainer's own network
     */
    public static byte[] of(byte[] pixels, float[] probabilities) {
        io.inkstream.schemas.v1.Probe.Builder message =
                io.inkstream.schemas.v1.Probe.newBuilder().setFormat(FORMAT).setPixels(ByteString.copyFrom(pixels));
        for (float probability : probabilities) {
            message.addProbabilities(probability);
        }
        try {
            checkShape(message.build());
        } catch (UnusableModelException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return message.build().toByteArray();
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @throws UnusableModelException if it is no such thing: a version that nobody can check is not served
     */
    public static Probe read(byte[] file) throws UnusableModelException {
        if (file.length > MAX_BYTES) {
            throw new UnusableModelException(
                    "a probe of %d bytes: at most %d are read".formatted(file.length, MAX_BYTES));
        }
        io.inkstream.schemas.v1.Probe message;
        try {
            message = io.inkstream.schemas.v1.Probe.parseFrom(file);
        } catch (InvalidProtocolBufferException e) {
            throw new UnusableModelException("not a probe, or a damaged one: " + e.getMessage(), e);
        }
        if (message.getFormat() != FORMAT) {
            throw new UnusableModelException("a probe of format %d, this release reads %d: upgrade Inkstream"
                    .formatted(message.getFormat(), FORMAT));
        }
        checkShape(message);
        return new Probe(message);
    }

    private static void checkShape(io.inkstream.schemas.v1.Probe message) throws UnusableModelException {
        int bytes = message.getPixels().size();
        int images = bytes / DigitNetwork.PIXELS;
        if (images < 1
                || images > MAX_IMAGES
                || bytes % DigitNetwork.PIXELS != 0
                || message.getProbabilitiesCount() != images * DigitNetwork.CLASSES) {
            throw new UnusableModelException(
                    "a probe of %d pixels and %d probabilities: n × %d and n × %d, n from 1 to %d"
                            .formatted(
                                    bytes,
                                    message.getProbabilitiesCount(),
                                    DigitNetwork.PIXELS,
                                    DigitNetwork.CLASSES,
                                    MAX_IMAGES));
        }
    }

    /**
     * Has the images scored and compares.
     *
     * @throws UnusableModelException if the scorer reads an image otherwise than the trainer did
     */
    public void check(OnnxScorer scorer) throws UnusableModelException {
        int images = message.getPixels().size() / DigitNetwork.PIXELS;
        float[] scored = scorer.score(message.getPixels().toByteArray(), images);
        for (int i = 0; i < scored.length; i++) {
            float trained = message.getProbabilities(i);
            // A NaN fails this too.
            if (!(Math.abs(scored[i] - trained) <= TOLERANCE)) {
                throw new UnusableModelException(
                        "reads image %d of the probe otherwise than the trainer did: digit %d has probability %s instead of %s"
                                .formatted(i / DigitNetwork.CLASSES, i % DigitNetwork.CLASSES, scored[i], trained));
            }
        }
    }
}
