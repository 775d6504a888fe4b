package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Prediction;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServedTableTest {
    private static final Dataset DIGITS = Datasets.open("../samples/digits").slice(0, 40);

    private final List<LabeledImage> images = new ArrayList<>();
    private final ServedTally tally = new ServedTally(DIGITS);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    ServedTableTest() {
        DIGITS.forEach(images::add);
    }

    @Test
    void usageExample() {
        ServedTable.Rows rows = new ServedTable.Rows(10, true, 50);
        ServedTable table = new ServedTable(out, tally, rows, words("", "<- bad"));
        read(5, 0, 14, true);
        table.look();
        read(7, 14, 17, false);
        read(5, 17, 30, true);
        table.look();
        table.end();

        assertThat(lines())
                .containsExactly(
                        "   served   by version   misread",
                        "       10            5     0.0 %",
                        "       14            5     0.0 %",
                        "       17            7   100.0 %  **************************************************  <- bad",
                        "       27            5     0.0 %",
                        "       30            5     0.0 %");
    }

    @Test
    void aRowOfSeveralVersionsNamesTheFirstAndTheLast() {
        ServedTable table = new ServedTable(out, tally, new ServedTable.Rows(10, false, 100), words("learned", ""));
        read(5, 0, 8, true);
        read(7, 8, 10, false);
        read(8, 10, 12, true);
        table.look();

        assertThat(lines())
                .containsExactly(
                        "   served   by version          learned   misread",
                        "       10       5 to 7               12    20.0 %  ********************");
    }

    @Test
    void whatComesTwiceOrIsUnknownIsToldApart() {
        read(5, 0, 10, true);
        read(5, 9, 10, false);
        tally.count(Prediction.newBuilder().setId("unknown").build());

        assertThat(tally.others()).isEqualTo(2);
        assertThat(tally.served()).isEqualTo(10);
        assertThat(tally.all()).isEqualTo(new ServedTally.Count(10, 10));
        read(6, 10, 30, false);
        assertThat(tally.first(15)).isEqualTo(new ServedTally.Count(15, 10));
        assertThat(tally.last(25)).isEqualTo(new ServedTally.Count(25, 5));
        assertThat(tally.of(6)).isEqualTo(new ServedTally.Count(20, 0));
    }

    private static ServedTable.Words words(String head, String ofSeven) {
        return new ServedTable.Words() {
            @Override
            public String head() {
                return head;
            }

            @Override
            public String now() {
                return head.isEmpty() ? "" : "12";
            }

            @Override
            public String remark(long version) {
                return version == 7 ? ofSeven : "";
            }
        };
    }

    private void read(long version, int from, int to, boolean right) {
        for (LabeledImage image : images.subList(from, to)) {
            tally.count(Prediction.newBuilder()
                    .setId(image.getImage().getId())
                    .setDigit(right ? image.getLabel() : (image.getLabel() + 1) % 10)
                    .setModelVersion(version)
                    .build());
        }
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
