package io.inkstream.models.network;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Takes the largest value of each square, and hands its gradient back to where that value was, the first of equal ones.
 *
 * <p>Arrays are {@code float[n, channels, height, width]}; rows and columns that fill no square are left out. For one
 * thread, which trains and then propagates back.
 */
final class MaxPoolingLayer extends AbstractLayer<MaxPooling> {
    private static final long serialVersionUID = 1L;

    private final int size;
    /** Scratch memory, so that no step allocates it. */
    private transient float[] in = {};

    private transient float[] out = {};
    /** For each output of the last {@link #activate}, where in the input it came from. */
    private transient int[] origin = {};

    MaxPoolingLayer(NeuralNetConfiguration configuration, DataType type, int size) {
        super(configuration, type);
        this.size = size;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        int height = (int) input.size(2);
        int width = (int) input.size(3);
        long[] shape = {input.size(0), input.size(1), height / size, width / size};
        INDArray output = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
        makeRoom((int) input.length(), (int) output.length());
        Floats.get(contiguous(input), in);
        int planes = (int) (shape[0] * shape[1]);
        for (int plane = 0; plane < planes; plane++) {
            pool(plane, height, width);
        }
        Floats.put(out, output);
        return output;
    }

    private void makeRoom(int inputs, int outputs) {
        if (in.length != inputs) {
            in = new float[inputs];
            out = new float[outputs];
            origin = new int[outputs];
        }
    }

    private void pool(int plane, int height, int width) {
        int rows = height / size;
        int columns = width / size;
        int target = plane * rows * columns;
        for (int row = 0; row < rows; row++) {
            int corner = (plane * height + row * size) * width;
            for (int column = 0; column < columns; column++, corner += size) {
                int largest = largest(corner, width);
                origin[target] = largest;
                out[target++] = in[largest];
            }
        }
    }

    private int largest(int corner, int width) {
        int largest = corner;
        for (int y = 0; y < size; y++) {
            for (int at = corner + y * width; at < corner + y * width + size; at++) {
                largest = in[at] > in[largest] ? at : largest;
            }
        }
        return largest;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray gradient = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        Floats.get(contiguous(epsilon), out);
        Arrays.fill(in, 0);
        for (int i = 0; i < out.length; i++) {
            in[origin[i]] = out[i];
        }
        Floats.put(in, gradient);
        return new Pair<>(new DefaultGradient(), gradient);
    }

    /** Its elements one behind the other, the last index fastest. */
    private static INDArray contiguous(INDArray array) {
        return Shape.hasDefaultStridesForShape(array) ? array : array.dup('c');
    }

    @Override
    public Type type() {
        return Type.SUBSAMPLING;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {
        // It has no weights.
    }
}
