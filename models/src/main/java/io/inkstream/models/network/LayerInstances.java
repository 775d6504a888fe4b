package io.inkstream.models.network;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes layers of ours ready for a network, as the configurations of DL4J's own do. */
final class LayerInstances {
    private LayerInstances() {}

    /**
     * Gives a layer its place and its parameters.
     *
     * @param parameters its part of the network's, of which it becomes a view
     * @param initialize whether to draw them anew
     */
    static Layer prepare(
            BaseLayer<?> layer,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize) {
        NeuralNetConfiguration configuration = layer.conf();
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(configuration.getLayer().initializer().init(configuration, parameters, initialize));
        return layer;
    }
}
