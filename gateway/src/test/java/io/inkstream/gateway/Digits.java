package io.inkstream.gateway;

import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes data sets of any size, made of the samples. */
final class Digits {
    private Digits() {}

    /** Two IDX files of that prefix; the samples over and over again. */
    static void write(Path folder, String prefix, int count) throws IOException {
        List<LabeledImage> samples = new ArrayList<>();
        Datasets.open(Stack.SAMPLES.resolve("digits").toString()).forEach(samples::add);
        try (DataOutputStream images = open(folder.resolve(prefix + "-images-idx3-ubyte"));
                DataOutputStream labels = open(folder.resolve(prefix + "-labels-idx1-ubyte"))) {
            header(images, 3, count, 28, 28);
            header(labels, 1, count);
            for (int i = 0; i < count; i++) {
                LabeledImage sample = samples.get(i % samples.size());
                sample.getImage().getPixels().writeTo(images);
                labels.writeByte(sample.getLabel());
            }
        }
    }

    private static DataOutputStream open(Path file) throws IOException {
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    private static void header(DataOutputStream out, int dimensions, int... shape) throws IOException {
        out.writeShort(0);
        out.writeByte(8);
        out.writeByte(dimensions);
        for (int length : shape) {
            out.writeInt(length);
        }
    }
}
