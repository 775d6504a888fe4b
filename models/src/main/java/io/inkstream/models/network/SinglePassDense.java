package io.inkstream.models.network;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's fully connected layer with a ReLU, its forward pass computed once a step, as in {@link SinglePassConvolution}.
 */
final class SinglePassDense extends DenseLayer {
    private static final long serialVersionUID = 1L;

    SinglePassDense(Layer.Dense dense) {
        setNIn(dense.in());
        setNOut(dense.out());
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

    private static final class Computed extends org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer {
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
        protected Pair<INDArray, INDArray> preOutputWithPreNorm(
                boolean training, boolean backward, LayerWorkspaceMgr workspaces) {
            return backward ? new Pair<>(activations, null) : super.preOutputWithPreNorm(training, false, workspaces);
        }

        @Override
        public void clear() {
            super.clear();
            activations = null;
        }
    }
}
