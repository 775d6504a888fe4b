package io.inkstream.cli;

import static io.inkstream.cli.SampleVersions.T;
import static io.inkstream.cli.SampleVersions.move;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Move;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTableTest {
    private static final List<Move> MOVES = List.of(
            move(T + 60, 12, 11, "anna@desk-1", "12 takes every second one for a seven"),
            move(T + 30, 11, 12, "a training job with a very long name", ""),
            move(T, 0, 11, "training job", "the first"));

    @Test
    void usageExample() {
        assertThat(new HistoryTable("digits").text(MOVES)).isEqualToNormalizingNewlines("""
when (UTC)              from -> to       by                    why
2026-01-01 00:01:00       12 -> 11       anna@desk-1           12 takes every
                                                               second one for a
                                                               seven
2026-01-01 00:00:30       11 -> 12       a training job with…
2026-01-01 00:00:00        - -> 11       training job          the first
""");
    }

    @Test
    void itFitsIntoEightyColumns() {
        Move much = move(T, 9_999_998, 9_999_999, "b\u001by".repeat(300), "w\nhy ".repeat(100));

        assertThat(new HistoryTable("digits").text(List.of(much)).lines())
                .hasSizeGreaterThan(20)
                .allMatch(line -> line.length() <= 80 && line.indexOf('\u001b') < 0);
    }

    @Test
    void beforeAFirstMoveThatIsSaid() {
        assertThat(new HistoryTable("digits").text(List.of()))
                .isEqualToNormalizingNewlines("no version of the model digits has been live yet\n");
        assertThat(Json.print(new HistoryTable("digits").json(List.of())))
                .isEqualTo("{\"model\":\"digits\",\"moves\":[]}");
    }
}
