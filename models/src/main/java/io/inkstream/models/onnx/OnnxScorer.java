package io.inkstream.models.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.inkstream.models.network.DigitNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
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

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ByteBuffer images = ByteBuffer.allocateDirect(BATCH * DigitNetwork.PIXELS);
    private final FloatBuffer probabilities = ByteBuffer.allocateDirect(BATCH * DigitNetwork.CLASSES * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    /** Views of the two buffers for each number of images, made when first needed. */
    private final Map<String, OnnxTensor>[] inputs;

    private final Map<String, OnnxTensor>[] outputs;

    private boolean closed;

    private OnnxScorer(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
        this.inputs = newArray();
        this.outputs = newArray();
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
        // One for the process; ONNX Runtime closes it itself.
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "inkstream");
        OnnxScorer scorer = null;
        try {
            scorer = new OnnxScorer(environment, open(environment, onnx, optimization));
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
        if (closed) {
            throw new IllegalStateException("this scorer is closed");
        }
        if (n < 0 || n > pixels.length / DigitNetwork.PIXELS) {
            throw new IllegalArgumentException(
                    n + " images of " + DigitNetwork.PIXELS + " bytes in " + pixels.length + " bytes");
        }
        float[] scores = new float[n * DigitNetwork.CLASSES];
        for (int done = 0; done < n; done += BATCH) {
            int size = Math.min(BATCH, n - done);
            images.put(0, pixels, done * DigitNetwork.PIXELS, size * DigitNetwork.PIXELS);
            run(size);
            probabilities.get(0, scores, done * DigitNetwork.CLASSES, size * DigitNetwork.CLASSES);
        }
        return scores;
    }

    /** Frees the native memory; idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int n = 1; n <= BATCH; n++) {
            if (inputs[n] != null) {
                inputs[n].values().forEach(OnnxTensor::close);
                outputs[n].values().forEach(OnnxTensor::close);
            }
        }
        try {
            session.close();
        } catch (OrtException e) {
            throw new ScoringException("closing the ONNX Runtime session failed", e);
        }
    }

    private static OrtSession open(OrtEnvironment environment, byte[] onnx, Optimization optimization)
            throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            options.setOptimizationLevel(optimization.level());
            return environment.createSession(onnx, options);
        }
    }

    private void run(int n) {
        try {
            if (inputs[n] == null) {
                pin(n);
            }
            // The outputs are ours: the result owns nothing, but is closed all the same.
            session.run(inputs[n], outputs[n]).close();
        } catch (OrtException e) {
            throw new ScoringException("scoring " + n + " images failed: " + e.getMessage(), e);
        }
    }

    private void pin(int n) throws OrtException {
        ByteBuffer in = images.duplicate().limit(n * DigitNetwork.PIXELS);
        FloatBuffer out = probabilities.duplicate().limit(n * DigitNetwork.CLASSES);
        long[] inShape = {n, DigitNetwork.SIDE, DigitNetwork.SIDE};
        OnnxTensor input = OnnxTensor.createTensor(environment, in, inShape, OnnxJavaType.UINT8);
        OnnxTensor output = OnnxTensor.createTensor(environment, out, new long[] {n, DigitNetwork.CLASSES});
        outputs[n] = Map.of(Signature.OUTPUT, output);
        inputs[n] = Map.of(Signature.INPUT, input);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, OnnxTensor>[] newArray() {
        return new Map[BATCH + 1];
    }
}
