package io.inkstream.models.network;

import java.util.Collection;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Configures {@link MaxPoolingLayer} as a layer of DL4J, with the bits of DL4J's own, which spends a quarter of LeNet's
 * training time: oneDNN has no fast kernel for plain {@code NCHW} arrays.
 */
final class MaxPooling extends NoParamLayer {
    private static final long serialVersionUID = 1L;

    private final int size;

    MaxPooling(Layer.MaxPool pool) {
        this.size = pool.size();
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        MaxPoolingLayer layer = new MaxPoolingLayer(configuration, type, size);
        layer.setListeners(listeners);
        layer.setIndex(index);
        return layer;
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
        InputType.InputTypeConvolutional images = (InputType.InputTypeConvolutional) input;
        return InputType.convolutional(
                images.getHeight() / size, images.getWidth() / size, images.getChannels(), images.getFormat());
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType input) {
        return null;
    }

    /** Without parameters and without scratch memory of DL4J's. */
    @Override
    public LayerMemoryReport getMemoryReport(InputType input) {
        return new LayerMemoryReport.Builder(getLayerName(), MaxPooling.class, input, getOutputType(-1, input)).build();
    }
}
