package io.inkstream.models.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.inkstream.models.network.DigitNetwork;
import java.util.Arrays;
import onnx.Onnx.ModelProto;

/**
 * Scores images with an ONNX model, on the calling thread alone.
 *
 * <p>Probabilities do not depend, in any bit, on how images are put together in calls, so that a prediction can be made
 * again and compared. Safe for several threads, which take turns; {@link #close} waits for the turn that is running.
 */
public final class OnnxScorer implements AutoCloseable {
    /** The largest model that is read. */
    public static final int MAX_BYTES = ModelCheck.MAX_BYTES;

    /** Images in one run of the graph: from 8 up the throughput no longer grows. */
    private static final int BATCH = 32;

    private final OrtSession session;
    /** For {@link #score(byte[], int)}, made when first needed. */
    private ImageBatch own;

    private boolean closed;

    private OnnxScorer(OrtSession session) {
        this.session = session;
    }

    /**
     * Reads a model, checks that it is one that {@link OnnxExporter} may have written, and tries it on two plain images.
     *
     * @throws UnusableModelException with the reason, if it cannot be served
     */
    public static OnnxScorer load(byte[] onnx) throws UnusableModelException {
        ModelProto model = ModelCheck.parse(onnx);
        Optimization optimization =
                Optimization.named(ModelCheck.metadata(model, Optimization.KEY, Optimization.EXTENDED.label()));
        OnnxScorer scorer = null;
        try {
            scorer = new OnnxScorer(open(onnx, optimization));
            ModelCheck.checkProbabilities(scorer.score(plain(0), 1));
            // What is too large in the weights shows only where something is multiplied with them.
            ModelCheck.checkProbabilities(scorer.score(plain(255), 1));
            OnnxScorer usable = scorer;
            scorer = null;
            return usable;
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime refuses the model: " + e.getMessage(), e);
        } catch (ScoringException e) {
            throw new UnusableModelException("the model fails on a plain image: " + e.getMessage(), e);
        } finally {
            if (scorer != null) {
                scorer.close();
            }
        }
    }

    private static byte[] plain(int shade) {
        byte[] pixels = new byte[DigitNetwork.PIXELS];
        Arrays.fill(pixels, (byte) shade);
        return pixels;
    }

    /**
     * Scores {@code n} images.
     *
     * @param pixels at least n × 784 bytes: images one after the other, row by row, 0 is background
     * @return n × 10 probabilities, image by image
     * @throws IllegalStateException if closed
     */
    public synchronized float[] score(byte[] pixels, int n) {
        if (n < 0 || n > pixels.length / DigitNetwork.PIXELS) {
            throw new IllegalArgumentException(
                    n + " images of " + DigitNetwork.PIXELS + " bytes in " + pixels.length + " bytes");
        }
        requireOpen();
        if (own == null) {
            own = new ImageBatch(BATCH);
        }
        float[] scores = new float[n * DigitNetwork.CLASSES];
        for (int done = 0; done < n; done += BATCH) {
            int size = Math.min(BATCH, n - done);
            own.clear();
            own.add(pixels, done * DigitNetwork.PIXELS, size);
            score(own);
            own.probabilities(scores, done * DigitNetwork.CLASSES, size);
        }
        return scores;
    }

    /**
     * Scores a batch in one run of the graph; its probabilities are those of this model then.
     *
     * @throws IllegalStateException if closed
     */
    public synchronized void score(ImageBatch batch) {
        requireOpen();
        if (batch.size() == 0) {
            return;
        }
        try {
            // The outputs are the batch's: the result owns nothing, but is closed all the same.
            session.run(batch.input(), batch.output()).close();
        } catch (OrtException e) {
            throw new ScoringException("scoring " + batch.size() + " images failed: " + e.getMessage(), e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this scorer is closed");
        }
    }

    /** Frees the native memory; idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (own != null) {
            own.close();
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new ScoringException("closing the ONNX Runtime session failed", e);
        }
    }

    /** One for the process; ONNX Runtime closes it itself. */
    static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "inkstream");
    }

    private static OrtSession open(byte[] onnx, Optimization optimization) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            options.setOptimizationLevel(optimization.level());
            return environment().createSession(onnx, options);
        }
    }
}
