package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTest {
    @ParameterizedTest
    @CsvSource({
        "PT-5S, 0s",
        "PT0.9S, 0s",
        "PT59.9S, 59s",
        "PT60S, 1m",
        "PT59M59S, 59m",
        "PT1H, 1h",
        "PT23H59M, 23h",
        "PT24H, 1d",
        "P400D, 400d"
    })
    void anAgeIsCutToItsLargestUnit(Duration age, String text) {
        Instant now = Instant.ofEpochSecond(SampleVersions.T).plus(age);

        assertThat(Plain.age(SampleVersions.seconds(SampleVersions.T), now)).isEqualTo(text);
    }

    @Test
    void wordsAreCutOrWrapped() {
        assertThat(Plain.cut("exactly so", 10)).isEqualTo("exactly so");
        assertThat(Plain.cut("one too many", 11)).isEqualTo("one too ma…");
        assertThat(Plain.wrap("a few words", 5)).containsExactly("a few", "words");
        assertThat(Plain.wrap("unbreakable", 5)).containsExactly("unbre", "akabl", "e");
        assertThat(Plain.wrap("  ", 5)).containsExactly("");
        assertThat(Plain.wrap("\uD83D\uDE00\uD83D\uDE00", 3)).containsExactly("\uD83D\uDE00", "\uD83D\uDE00");
    }

    @Test
    void whatSteersATerminalIsBlank() {
        assertThat(Plain.line("a\u001b[31m\r\nb\u009b\u202ec")).isEqualTo("a [31m  b  c");
    }
}
