package io.inkstream.models.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Images that are scored together, and then their probabilities, in native memory that is used again for the next batch.
 *
 * <p>Belongs to no model: collected while one version is in use, a batch may be scored by the next. Not safe for several
 * threads.
 */
public final class ImageBatch implements AutoCloseable {
    private final int capacity;
    private final ByteBuffer images;
    private final FloatBuffer probabilities;
    /** What ONNX Runtime sees of the two buffers, by the number of images; null until first needed. */
    private final List<View> views = new ArrayList<>();

    private int size;
    private boolean closed;

    private record View(Map<String, OnnxTensor> input, Map<String, OnnxTensor> output) {}

    /** @param capacity the most images that it can hold, at least 1 */
    public ImageBatch(int capacity) {
        this.capacity = capacity;
        images = ByteBuffer.allocateDirect(capacity * DigitNetwork.PIXELS);
        probabilities = ByteBuffer.allocateDirect(capacity * DigitNetwork.CLASSES * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int n = 0; n <= capacity; n++) {
            views.add(null);
        }
    }

    /**
     * Adds one image.
     *
     * @param pixels 784 bytes, row by row, 0 is background
     * @throws IllegalArgumentException if there are not as many
     * @throws java.nio.BufferOverflowException if it is full
     */
    public void add(ByteString pixels) {
        if (pixels.size() != DigitNetwork.PIXELS) {
            throw new IllegalArgumentException(
                    "an image of %d bytes instead of %d".formatted(pixels.size(), DigitNetwork.PIXELS));
        }
        pixels.copyTo(images);
        size++;
    }

    void add(byte[] pixels, int offset, int n) {
        images.put(pixels, offset, n * DigitNetwork.PIXELS);
        size += n;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == capacity;
    }

    /** Makes room for other images. */
    public void clear() {
        size = 0;
        images.clear();
    }

    /** After it was scored: how probable it is that the i-th image shows the digit. */
    public float probability(int i, int digit) {
        return probabilities.get(i * DigitNetwork.CLASSES + digit);
    }

    void probabilities(float[] target, int offset, int n) {
        probabilities.get(0, target, offset, n * DigitNetwork.CLASSES);
    }

    Map<String, OnnxTensor> input() throws OrtException {
        return view().input;
    }

    Map<String, OnnxTensor> output() throws OrtException {
        return view().output;
    }

    private View view() throws OrtException {
        if (closed) {
            throw new IllegalStateException("this batch is closed");
        }
        if (views.get(size) == null) {
            views.set(size, pinned(size));
        }
        return views.get(size);
    }

    private View pinned(int n) throws OrtException {
        ByteBuffer in = images.duplicate().position(0).limit(n * DigitNetwork.PIXELS);
        FloatBuffer out = probabilities.duplicate().position(0).limit(n * DigitNetwork.CLASSES);
        long[] inShape = {n, DigitNetwork.SIDE, DigitNetwork.SIDE};
        long[] outShape = {n, DigitNetwork.CLASSES};
        OnnxTensor input = OnnxTensor.createTensor(OnnxScorer.environment(), in, inShape, OnnxJavaType.UINT8);
        OnnxTensor output = OnnxTensor.createTensor(OnnxScorer.environment(), out, outShape);
        return new View(Map.of(Signature.INPUT, input), Map.of(Signature.OUTPUT, output));
    }

    /** Frees the native memory; idempotent. */
    @Override
    public void close() {
        closed = true;
        for (View view : views) {
            if (view != null) {
                view.input.values().forEach(OnnxTensor::close);
                view.output.values().forEach(OnnxTensor::close);
            }
        }
        views.clear();
    }
}
