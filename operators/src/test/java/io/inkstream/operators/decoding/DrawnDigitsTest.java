package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A network that has only ever seen MNIST reads pictures that are none, once they are normalized. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrawnDigitsTest {
    private static final int TRAINED = 9_000;

    private Dataset digits;
    private OnnxScorer scorer;

    @BeforeAll
    void trainInOnePass() throws Exception {
        digits = Datasets.open("../samples/digits").requireLabels();
        try (DigitNetwork lenet = DigitNetwork.create(Networks.recipe("lenet"))) {
            int size = lenet.recipe().getBatchSize();
            byte[] pixels = new byte[size * PixelDecoder.PIXELS];
            byte[] labels = new byte[size];
            int n = 0;
            for (LabeledImage digit : digits.slice(0, TRAINED)) {
                digit.getImage().getPixels().copyTo(pixels, n * PixelDecoder.PIXELS);
                labels[n++] = (byte) digit.getLabel();
                if (n == size) {
                    lenet.train(pixels, labels, n);
                    n = 0;
                }
            }
            scorer = OnnxScorer.load(OnnxExporter.export(lenet.state(), Map.of()));
        }
    }

    @AfterAll
    void close() {
        scorer.close();
    }

    static List<DrawnDigit> drawings() throws IOException {
        return DrawnDigit.all();
    }

    @ParameterizedTest
    @MethodSource("drawings")
    void aDigitDrawnDarkOnLightIsReadRight(DrawnDigit drawn) throws Exception {
        assertThat(read(decode(Pictures.encode(drawn.draw(), "png")))).isEqualTo(drawn.digit());
    }

    @Test
    void thereAreFiveHandsForEachDigit() throws Exception {
        for (int digit = 0; digit < 10; digit++) {
            int wanted = digit;
            assertThat(drawings().stream()
                            .filter(drawn -> drawn.digit() == wanted)
                            .map(DrawnDigit::hand)
                            .distinct())
                    .hasSize(5);
        }
    }

    /** Digits that the network was not trained on: as they are, and threefold, dark on light and off the middle. */
    @Test
    void aDigitOfMnistIsReadTheSameAsAPictureOfIt() throws Exception {
        int same = 0;
        for (LabeledImage digit : digits.slice(TRAINED, TRAINED + 500)) {
            ByteString pixels = digit.getImage().getPixels();
            byte[] again = DigitNormalizer.normalize(DigitNormalizerTest.threefold(pixels.toByteArray()));
            same += read(pixels) == read(ByteString.copyFrom(again)) ? 1 : 0;
        }

        assertThat(same).isGreaterThanOrEqualTo(490);
    }

    private static ByteString decode(ByteString png) throws UnusableRecordException {
        return PixelDecoder.decode(
                Image.newBuilder().setEncoding(Encoding.PNG).setPixels(png).build());
    }

    private int read(ByteString pixels) {
        float[] probabilities = scorer.score(pixels.toByteArray(), 1);
        int best = 0;
        for (int digit = 1; digit < probabilities.length; digit++) {
            best = probabilities[digit] > probabilities[best] ? digit : best;
        }
        return best;
    }
}
