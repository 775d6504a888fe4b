package io.inkstream.models.network;

import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Says in DL4J's words what {@link Networks} says in ours. */
final class Configuration {
    private Configuration() {}

    static MultiLayerConfiguration of(TrainingRecipe recipe) {
        List<Layer> layers = Networks.of(recipe).layers();
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .seed(recipe.getSeed())
                .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
                .updater(new Adam(recipe.getLearningRate()))
                .weightInit(WeightInit.RELU)
                .activation(Activation.RELU)
                .list();
        for (int i = 0; i < layers.size() - 1; i++) {
            list.layer(hidden(layers.get(i)));
        }
        list.layer(output((Layer.Dense) layers.get(layers.size() - 1)));
        return list.setInputType(input(layers)).build();
    }

    /** Whether the network takes its images as rows of 784 rather than as 1 × 28 × 28. */
    static boolean isFlat(List<Layer> layers) {
        return layers.get(0) instanceof Layer.Dense;
    }

    private static InputType input(List<Layer> layers) {
        return isFlat(layers)
                ? InputType.feedForward(DigitNetwork.PIXELS)
                : InputType.convolutional(DigitNetwork.SIDE, DigitNetwork.SIDE, 1);
    }

    private static org.deeplearning4j.nn.conf.layers.Layer hidden(Layer layer) {
        if (layer instanceof Layer.Convolution convolution) {
            return new SinglePassConvolution(convolution);
        } else if (layer instanceof Layer.MaxPool pool) {
            return new MaxPooling(pool);
        }
        return new SinglePassDense((Layer.Dense) layer);
    }

    private static org.deeplearning4j.nn.conf.layers.Layer output(Layer.Dense dense) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(dense.in())
                .nOut(dense.out())
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.SOFTMAX)
                .build();
    }
}
