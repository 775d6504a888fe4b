package io.inkstream.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.Probe;
import io.inkstream.schemas.v1.DigitHistory;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.SourceState;
import java.util.Collections;

/** How large things are, found by making one of each; before Kafka's compression and its 20 to 70 bytes for each record. */
final class MessageBytes {

    /** Both as long as a UUID. */
    private static final String ID = "6f1c1c3e-4d7d-4a43-9d4b-3d0f6c1f2a77";

    private static final int PROBED = 32;

    /** Far into a stream: numbers take the bytes that they will. */
    private static final long MANY = 1L << 32;

    private MessageBytes() {}

    static int image() {
        return exampleImage().getSerializedSize();
    }

    static int labelled() {
        return LabeledImage.newBuilder()
                .setImage(exampleImage())
                .setLabel(7)
                .build()
                .getSerializedSize();
    }

    private static Image exampleImage() {
        return Image.newBuilder()
                .setId(ID)
                .setSource(ID)
                .setWidth(28)
                .setHeight(28)
                .setEncoding(Encoding.GRAY8)
                .setPixels(ByteString.copyFrom(new byte[Digits.PIXELS]))
                .setCaptured(now())
                .build();
    }

    static int prediction() {
        return Prediction.newBuilder()
                .setId(ID)
                .setSource(ID)
                .setDigit(7)
                .addAllProbabilities(Collections.nCopies(10, 0.1f))
                .setModelVersion(MANY)
                .setSequence(MANY)
                .setCaptured(now())
                .setReceived(now())
                .setScored(now())
                .setDigitCount(MANY)
                .setDigitConfidence(0.1f)
                .build()
                .getSerializedSize();
    }

    /** What a checkpoint of scoring has of each source: key and value. */
    static int source() {
        DigitHistory digit =
                DigitHistory.newBuilder().setCount(MANY).setConfidence(0.1f).build();
        return ID.length()
                + SourceState.newBuilder()
                        .setFormat(2)
                        .setSequence(MANY)
                        .setMove(MANY)
                        .addAllDigits(Collections.nCopies(10, digit))
                        .build()
                        .getSerializedSize();
    }

    static long onnx(String network) {
        return UntrainedVersions.onnx(network, 1).length;
    }

    /** Weights, Adam's two moments and the average of the weights; and the images that are trained on again. */
    static long training(String network, int replay) {
        return 4L * Float.BYTES * Networks.named(network).parameters() + (long) replay * (Digits.PIXELS + 1);
    }

    static long probe() {
        return Probe.of(new byte[PROBED * Digits.PIXELS], new float[PROBED * 10]).length;
    }

    private static Timestamp now() {
        return Timestamps.fromNanos(1_764_000_000_123_456_789L);
    }
}
