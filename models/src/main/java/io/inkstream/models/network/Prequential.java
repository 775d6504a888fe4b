package io.inkstream.models.network;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Overhears the forward pass that training makes anyway, so that judging a sample before training on it costs next to
 * nothing: DL4J hands out every activation but the output layer's, which is the smallest and is computed again here.
 */
final class Prequential extends BaseTrainingListener {
    private float[] probabilities = {};

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
        var output = ((MultiLayerNetwork) model).getOutputLayer();
        INDArray hidden = activations.get(activations.size() - 1);
        if (hidden.rank() > 2) {
            hidden = hidden.reshape('c', hidden.size(0), hidden.length() / hidden.size(0));
        }
        // In DL4J's own workspace, which it opens and closes around this call.
        INDArray logits =
                Nd4j.createUninitialized(hidden.dataType(), new long[] {hidden.size(0), DigitNetwork.CLASSES}, 'c');
        hidden.mmuli(output.getParam(DefaultParamInitializer.WEIGHT_KEY), logits);
        logits.addiRowVector(output.getParam(DefaultParamInitializer.BIAS_KEY));
        Nd4j.getExecutioner().exec(new SoftMax(logits, logits));
        probabilities = Floats.get(logits);
    }

    /** Of the last forward pass: {@code float[n][10]}, flattened. */
    float[] probabilities() {
        return probabilities;
    }
}
