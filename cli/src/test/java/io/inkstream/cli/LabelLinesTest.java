package io.inkstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Label;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelLinesTest {
    @TempDir
    private Path folder;

    @Test
    void usageExample() throws Exception {
        Label label = LabelLines.parse("photo-7, 0, correction, 2026-03-01T09:30:00Z");

        assertThat(label.getImageId()).isEqualTo("photo-7");
        assertThat(label.hasDigit()).isTrue();
        assertThat(label.getDigit()).isZero();
        assertThat(label.getReason()).isEqualTo("correction");
        assertThat(label.getLabeled()).isEqualTo(Timestamps.parse("2026-03-01T09:30:00Z"));
        assertThat(
                        LabelLines.parse(
                                "{\"id\":\"photo-7\",\"digit\":0,\"reason\":\"correction\",\"labeled\":\"2026-03-01T09:30:00Z\"}"))
                .isEqualTo(label);
    }

    @Test
    void whatIsNotSaidIsLeftOpen() throws Exception {
        Label label = Label.newBuilder().setImageId("a,b").setDigit(9).build();

        assertThat(LabelLines.parse("\"a,b\",9")).isEqualTo(label);
        assertThat(LabelLines.parse("\"a,b\",9,,")).isEqualTo(label);
        assertThat(LabelLines.parse("{\"image_id\":\"a,b\",\"digit\":9}")).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "photo-7|it has 1 field",
                "photo-7;3|it has 1 field",
                "photo-7,3,x,2026-03-01T09:30:00Z,y|it has 5 fields",
                "photo-7,12|the digit is '12', and must be 0 to 9",
                "photo-7,-1|the digit is '-1'",
                "photo-7,seven|the digit is 'seven'",
                "photo-7,٣|the digit is '٣'",
                ",3|it has no id",
                "\"photo-7,3|its quotes do not match",
                "photo-7,3,x,yesterday|labeled is 'yesterday'; write it like 2026",
                "{\"id\":\"photo-7\"|it is no label",
                "{\"id\":\"photo-7\"}|it has no digit",
                "{\"digit\":7}|it has no id",
                "{\"id\":\"photo-7\",\"digit\":12}|the digit is 12, and must be 0 to 9",
                "{\"id\":\"photo-7\",\"digit\":-1}|it is no label",
                "{\"id\":\"photo-7\",\"digit\":7,\"lable\":7}|it is no label: Cannot find field: lable",
            })
    void aLineThatIsNoneSaysWhy(String line, String why) {
        assertThatThrownBy(() -> LabelLines.parse(line))
                .isInstanceOf(LabelLines.UnusableLineException.class)
                .hasMessageStartingWith(why);
    }

    @Test
    void anIdOrAReasonThatTheJobWouldPutAsideIsRefusedHere() {
        assertThatThrownBy(() -> LabelLines.parse("x".repeat(1_025) + ",3")).hasMessageContaining("1,025 characters");
        assertThatThrownBy(() -> LabelLines.parse("x,3," + "y".repeat(65))).hasMessageContaining("65 characters");
    }

    @Test
    void aFileMayNameItsColumnsAndHaveEmptyLines() {
        for (String text : List.of(
                "id,digit\r\na,1\r\n\r\nb,2\r\n",
                "\uFEFFimage_id, digit, reason\na,1\n\nb,2",
                "a,1\nb,2",
                "\na,1\nb,2\n\n")) {
            assertThat(ids(new LabelFile("x", new StringReader(text)))).containsExactly("a", "b");
        }
    }

    @Test
    void theLineThatIsNoneIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("truth.csv"), "id,digit\na,1\n\nb;2\n");

        try (LabelFile labels = LabelFile.open(file)) {
            assertThat(labels.next().getImageId()).isEqualTo("a");
            assertThatThrownBy(labels::hasNext)
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining(file + ", line 4: it has 1 field; write id,digit");
        }
    }

    @Test
    void aLineWithoutEndIsNotReadIntoMemory() {
        StringReader endless = new StringReader("a,1\n" + "x".repeat(20_000));

        assertThatThrownBy(() -> ids(new LabelFile("x", endless)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("x, line 2: it is longer than 16,384 characters");
    }

    @Test
    void whatIsNotUtf8IsSaid() throws Exception {
        Path file = Files.write(folder.resolve("latin.csv"), new byte[] {'a', (byte) 0xe9, ',', '1', '\n'});

        try (LabelFile labels = LabelFile.open(file)) {
            assertThatThrownBy(labels::hasNext)
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining("this is not UTF-8");
        }
    }

    @Test
    void aPipeIsReadLineByLineAndLetsGoOfWhoIsInterrupted(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> first = new CompletableFuture<>();
        FutureTask<List<Boolean>> more = new FutureTask<>(() -> {
            try (LabelFile labels = LabelFile.pipe("a pipe", new FileInputStream(pipe.toFile()))) {
                first.complete(labels.next().getImageId());
                return List.of(labels.hasNext(), labels.hasNext());
            }
        });
        Thread reader = new Thread(more);
        reader.start();
        try (OutputStream end = Files.newOutputStream(pipe)) {
            end.write("a,1\n".getBytes(UTF_8));
            assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo("a");
            reader.interrupt();

            assertThat(more.get(1, TimeUnit.MINUTES)).containsOnly(false);
        }
    }

    private static List<String> ids(LabelFile labels) {
        List<String> ids = new ArrayList<>();
        labels.forEachRemaining(label -> ids.add(label.getImageId()));
        return ids;
    }
}
