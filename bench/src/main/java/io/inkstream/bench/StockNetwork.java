package io.inkstream.bench;

import io.inkstream.models.network.Layer;
import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The same network as a user of DL4J would write it: DL4J's own layers, trained by {@code fit}. */
final class StockNetwork {
    private static final int SIDE = 28;
    private static final int CLASSES = 10;

    private final MultiLayerNetwork net;

    StockNetwork(TrainingRecipe recipe) {
        List<Layer> layers = Networks.of(recipe).layers();
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                .seed(recipe.getSeed())
                .updater(new Adam(recipe.getLearningRate()))
                .weightInit(WeightInit.RELU)
                .activation(Activation.RELU)
                .list();
        for (Layer layer : layers.subList(0, layers.size() - 1)) {
            list.layer(hidden(layer));
        }
        list.layer(new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.SOFTMAX)
                .build());
        net = new MultiLayerNetwork(
                list.setInputType(InputType.convolutionalFlat(SIDE, SIDE, 1)).build());
        net.init();
    }

    private static org.deeplearning4j.nn.conf.layers.Layer hidden(Layer layer) {
        if (layer instanceof Layer.Convolution convolution) {
            return new ConvolutionLayer.Builder(convolution.kernel(), convolution.kernel())
                    .nOut(convolution.out())
                    .build();
        } else if (layer instanceof Layer.MaxPool pool) {
            return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                    .kernelSize(pool.size(), pool.size())
                    .stride(pool.size(), pool.size())
                    .build();
        }
        return new DenseLayer.Builder().nOut(((Layer.Dense) layer).out()).build();
    }

    /** One mini-batch of n images. */
    void fit(byte[] pixels, byte[] digits, int n) {
        float[] oneHot = new float[n * CLASSES];
        for (int i = 0; i < n; i++) {
            oneHot[i * CLASSES + digits[i]] = 1;
        }
        try (INDArray features = features(pixels, n);
                INDArray labels = Nd4j.create(oneHot, new long[] {n, CLASSES}, DataType.FLOAT)) {
            net.fit(features, labels);
        }
    }

    /** The probabilities of one image. */
    float[] output(byte[] pixels) {
        try (INDArray features = features(pixels, 1)) {
            return net.output(features).toFloatVector();
        }
    }

    private static INDArray features(byte[] pixels, int n) {
        float[] scaled = new float[n * Digits.PIXELS];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (pixels[i] & 0xff) * (1f / 255f);
        }
        return Nd4j.create(scaled, new long[] {n, Digits.PIXELS}, DataType.FLOAT);
    }

    float[] parameters() {
        return net.params().toFloatVector();
    }
}
