package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Prediction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PredictionPrinterTest {
    private static final Prediction ZERO = Prediction.newBuilder()
            .setId("a-1")
            .addProbabilities(0.5f)
            .setModelVersion(3)
            .setScored(Timestamp.newBuilder().setSeconds(1))
            .build();

    @Test
    void whatIsNoPredictionIsNamedByItsPlace() {
        for (byte[] value : new byte[][] {null, {}, {(byte) 0xff}, "{\"id\":".getBytes(StandardCharsets.UTF_8)}) {
            assertThatThrownBy(() -> PredictionReader.prediction(record(value)))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining("digits.predictions-2, offset 17");
        }
    }

    @Test
    void thePrinterEndsAfterTheLast() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PredictionPrinter printer = new PredictionPrinter(new PrintWriter(bytes, false, StandardCharsets.UTF_8), 2);

        assertThat(printer.print(ZERO)).isTrue();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("}\n");
        assertThat(printer.print(ZERO)).isFalse();
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    @Test
    void thePrinterEndsWhenNobodyReads() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        PredictionPrinter printer = new PredictionPrinter(new PrintWriter(broken, false, StandardCharsets.UTF_8), 2);

        assertThat(printer.print(ZERO)).isFalse();
        assertThat(printer.printed()).isZero();
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("digits.predictions", 2, 17, null, value);
    }
}
