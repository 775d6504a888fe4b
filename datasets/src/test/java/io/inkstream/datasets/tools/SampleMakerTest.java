package io.inkstream.datasets.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetException;
import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleMakerTest {
    @TempDir
    Path npmPackage;

    @TempDir
    Path output;

    /** Two images of each digit d: their pixels are d, d + 1, d + 2, … and d + 100, d + 101, …, modulo 256. */
    @BeforeEach
    void writePackage() throws IOException {
        Files.createDirectories(npmPackage.resolve("src/digits"));
        for (int digit = 0; digit <= 9; digit++) {
            int first = digit;
            String data = IntStream.range(0, 2 * 784)
                    .map(i -> (first + i % 784 + i / 784 * 100) % 256)
                    .mapToObj(pixel -> String.format(Locale.ROOT, "%.3f", pixel / 255.0))
                    .collect(Collectors.joining(","));
            write(digit, data);
        }
    }

    @Test
    void whatIsWrittenReadsBackByteForByteAndMixed() throws IOException {
        SampleMaker.make(npmPackage, output);

        Dataset digits = Datasets.open(output.resolve("digits").toString());
        assertThat(digits.size()).isEqualTo(20);
        Set<Integer> seen = new HashSet<>();
        StringBuilder labels = new StringBuilder();
        for (LabeledImage digit : digits) {
            int first = digit.getImage().getPixels().byteAt(0);
            assertThat(first % 100).isEqualTo(digit.getLabel());
            for (int i = 0; i < 784; i++) {
                assertThat(digit.getImage().getPixels().byteAt(i)).isEqualTo((byte) (first + i));
            }
            seen.add(first);
            labels.append(digit.getLabel());
        }
        assertThat(seen).hasSize(20);
        assertThat(labels.toString()).isNotEqualTo("00112233445566778899");
    }

    @Test
    void madeTwiceTheFilesAreEqual() throws IOException {
        SampleMaker.make(npmPackage, output.resolve("a"));
        SampleMaker.make(npmPackage, output.resolve("b"));

        for (String name : new String[] {"digits-images-idx3-ubyte.gz", "digits-labels-idx1-ubyte.gz"}) {
            assertThat(output.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(output.resolve("b").resolve(name));
        }
    }

    @Test
    void whatIsNoByteDividedBy255IsRefused() throws IOException {
        write(3, "0.5");
        assertThatThrownBy(() -> SampleMaker.make(npmPackage, output))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("0.5, which is no byte divided by 255");

        write(3, "0,0,0");
        assertThatThrownBy(() -> SampleMaker.make(npmPackage, output)).hasMessageContaining("3 pixels");
    }

    private void write(int digit, String data) throws IOException {
        Files.writeString(npmPackage.resolve("src/digits/" + digit + ".json"), "{\"data\":[" + data + "]}");
    }
}
