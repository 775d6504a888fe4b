package io.inkstream.models.network;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's convolution with a ReLU, but that its forward pass is computed once a step: DL4J's backward pass computes it
 * again, to get at the values before the ReLU, of which it needs no more than their sign. That the activations have.
 */
final class SinglePassConvolution extends ConvolutionLayer {
    private static final long serialVersionUID = 1L;

    SinglePassConvolution(Layer.Convolution convolution) {
        super(new Builder(convolution.kernel(), convolution.kernel())
                .nIn(convolution.in())
                .nOut(convolution.out()));
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        return LayerInstances.prepare(new Computed(configuration, type), listeners, index, parameters, initialize);
    }

    private static final class Computed extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer {
        private static final long serialVersionUID = 1L;

        private transient INDArray activations;

        Computed(NeuralNetConfiguration configuration, DataType type) {
            super(configuration, type);
        }

        @Override
        public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
            activations = super.activate(training, workspaces);
            return activations;
        }

        @Override
        protected Pair<INDArray, INDArray> preOutput(boolean training, boolean backward, LayerWorkspaceMgr workspaces) {
            return backward ? new Pair<>(activations, null) : super.preOutput(training, false, workspaces);
        }

        @Override
        public void clear() {
            super.clear();
            activations = null;
        }
    }
}
