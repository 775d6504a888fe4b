package io.inkstream.bench;

import io.inkstream.datasets.Datasets;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The option of each benchmark of scoring to score other images than the samples. */
final class ImagesOption {
    @Option(
            names = "--images",
            paramLabel = "DATASET",
            defaultValue = "${sys:inkstream.home:-.}/samples/digits",
            description = "What to score, over and over.")
    private String dataset;

    String dataset() {
        return dataset;
    }

    Digits read() throws IOException {
        return Digits.read(Datasets.open(dataset));
    }
}
