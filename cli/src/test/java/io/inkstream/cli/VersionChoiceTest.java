package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class VersionChoiceTest {
    private final VersionChoice.Converter converter = new VersionChoice.Converter();

    @Test
    void usageExample() {
        assertThat(converter.convert("7")).isEqualTo(new VersionChoice.Range(7, 7));
        assertThat(converter.convert("3..7")).isEqualTo(new VersionChoice.Range(3, 7));
        assertThat(converter.convert("3..newest")).isEqualTo(new VersionChoice.Range(3, Long.MAX_VALUE));
        assertThat(converter.convert("live")).isEqualTo(new VersionChoice.Live());
        assertThat(converter.convert("newest")).isEqualTo(new VersionChoice.Newest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "1.2", "1..", "..3", "newest..3", "9999999999999999999", "1..2..3", "LIVE"})
    void anythingElseIsRefusedWithWhatWouldBeRight(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is no version: give a number, live, newest, or a range");
    }

    @Test
    void listsAreShort() {
        assertThat(VersionChoice.shortList(List.of(1L, 2L, 3L, 5L, 8L, 9L))).isEqualTo("1..3, 5, 8..9");
        assertThat(VersionChoice.shortList(List.of(4L))).isEqualTo("4");
    }
}
