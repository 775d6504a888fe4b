package io.inkstream.operators;

import com.google.protobuf.ByteString;
import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Sample;
import java.util.ArrayList;
import java.util.List;

/** Real digits for tests, as the decoder hands them to the trainer. */
public final class TestSamples {
    private static final int SIZE = 400;
    /** Tests run in the folder of their module. */
    private static final List<LabeledImage> DIGITS = read("../samples/digits");

    private TestSamples() {}

    private static List<LabeledImage> read(String dataset) {
        List<LabeledImage> digits = new ArrayList<>(SIZE);
        Datasets.open(dataset).requireLabels().slice(0, SIZE).forEach(digits::add);
        return List.copyOf(digits);
    }

    /** The 784 bytes of one of the digits. */
    public static ByteString pixels(int i) {
        return DIGITS.get(i % SIZE).getImage().getPixels();
    }

    /** The sample that stands at that place of a topic; the same each time. */
    public static Sample at(int partition, long offset) {
        LabeledImage digit = DIGITS.get((int) ((partition * 131L + offset) % SIZE));
        return gap(partition, offset).toBuilder()
                .setPixels(digit.getImage().getPixels())
                .setLabel(digit.getLabel())
                .build();
    }

    /** What a rejected record leaves. */
    public static Sample gap(int partition, long offset) {
        return Sample.newBuilder()
                .setTopic("digits.training")
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }
}
