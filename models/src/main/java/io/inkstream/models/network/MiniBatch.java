package io.inkstream.models.network;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The native arrays that a mini-batch of one size is handed to DL4J in, to be filled again and again. */
final class MiniBatch implements AutoCloseable {
    /** The same factor, at the same precision, as in the ONNX graph. */
    private static final float SCALE = 1f / 255f;

    private final float[] pixels;
    private final float[] oneHot;
    private final INDArray features;
    private final INDArray labels;

    MiniBatch(int size, boolean flat) {
        pixels = new float[size * DigitNetwork.PIXELS];
        oneHot = new float[size * DigitNetwork.CLASSES];
        features = flat
                ? Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', size, DigitNetwork.PIXELS)
                : Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', size, 1, DigitNetwork.SIDE, DigitNetwork.SIDE);
        labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', size, DigitNetwork.CLASSES);
    }

    /** Scales bytes from 0..255 to 0..1, from that image on. */
    INDArray features(byte[] bytes, int firstImage) {
        int start = firstImage * DigitNetwork.PIXELS;
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (bytes[start + i] & 0xff) * SCALE;
        }
        Floats.put(pixels, features);
        return features;
    }

    /** Images that it has room for. */
    int size() {
        return oneHot.length / DigitNetwork.CLASSES;
    }

    /** One row for each label, 1 in its column, from that image on. */
    INDArray labels(byte[] digits, int firstImage) {
        Arrays.fill(oneHot, 0);
        for (int i = 0; i < size(); i++) {
            oneHot[i * DigitNetwork.CLASSES + digits[firstImage + i]] = 1;
        }
        Floats.put(oneHot, labels);
        return labels;
    }

    @Override
    public void close() {
        features.close();
        labels.close();
    }
}
