package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ServedAccuracyTest {
    @Test
    void usageExample() {
        LiveEvaluation evaluation = LiveEvaluation.newBuilder()
                .setTotal(counts(960, 30))
                .setRandomAudit(counts(97, 3))
                .build();

        assertThat(new ServedAccuracy(evaluation).lines())
                .containsExactly(
                        "by late labels           right              of     95 % within",
                        "  all                  96.97 %             990     94.86-98.42",
                        "  random-audit         97.00 %             100     89.35-99.69",
                        "  latest                     -               0               -",
                        "  truth / read      0     1     2     3     4     5     6     7     8     9",
                        "             0      .     .     .     .     .     .     .     .     .     .",
                        "             1      .     .     .     .     .     .     .     .     .     .",
                        "             2      .     .     .     .     .     .     .     .     .     .",
                        "             3      .     .     .   960     .     .     .     .     .     .",
                        "             4      .     .     .     .     .     .     .     .     .    30",
                        "             5      .     .     .     .     .     .     .     .     .     .",
                        "             6      .     .     .     .     .     .     .     .     .     .",
                        "             7      .     .     .     .     .     .     .     .     .     .",
                        "             8      .     .     .     .     .     .     .     .     .     .",
                        "             9      .     .     .     .     .     .     .     .     .     .")
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void countsOfAYearFit() {
        LiveEvaluation evaluation = LiveEvaluation.newBuilder()
                .setTotal(counts(9_876_543_210L, 123_456))
                .build();

        assertThat(new ServedAccuracy(evaluation).lines())
                .anyMatch(line -> line.endsWith(" 9876M     .     .     .     .     .     ."))
                .anyMatch(line -> line.endsWith(" 123k"))
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void withoutLabelsThereIsNoMatrix() {
        assertThat(new ServedAccuracy(LiveEvaluation.getDefaultInstance()).lines())
                .hasSize(4);
    }

    private static Confusion counts(long right, long foursAsNine) {
        return Confusion.newBuilder()
                .addAllCounts(Collections.nCopies(100, 0L))
                .setCounts(33, right)
                .setCounts(49, foursAsNine)
                .build();
    }
}
