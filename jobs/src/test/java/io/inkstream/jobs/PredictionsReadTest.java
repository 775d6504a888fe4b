package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Prediction;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PredictionsReadTest {

    private static final Prediction PREDICTION =
            Prediction.newBuilder().setId("a-1").setDigit(4).setModelVersion(3).build();

    private OneInputStreamOperatorTestHarness<IncomingRecord, Prediction> harness;

    @BeforeEach
    void open() throws Exception {
        harness = ProcessFunctionTestHarnesses.forProcessFunction(new PredictionsRead());
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @ParameterizedTest
    @EnumSource
    void eitherFormatIsRead(PredictionFormat format) throws Exception {
        read(format.bytes(PREDICTION));

        assertThat(harness.extractOutputValues()).containsExactly(PREDICTION);
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void whatIsNoPredictionIsPassedOver(byte[] value) throws Exception {
        read(value);
        read(PREDICTION.toByteArray());

        assertThat(harness.extractOutputValues()).containsExactly(PREDICTION);
    }

    @Test
    void aRecordWithoutAValueIsPassedOver() throws Exception {
        harness.processElement(IncomingRecord.getDefaultInstance(), 0);

        assertThat(harness.extractOutputValues()).isEmpty();
    }

    static byte[][] strangers() {
        return new byte[][] {
            {},
            {(byte) 0xff},
            "{".getBytes(UTF_8),
            "{\"digit\":\"four\"}".getBytes(UTF_8),
            "{\"digit\":1e999999999}".getBytes(UTF_8),
            "{\"a\":\"\\ud800\",,}".getBytes(UTF_8),
            ("{\"a\":" + "[".repeat(30_000)).getBytes(UTF_8),
            ("{\"a\":" + "[".repeat(15_000) + "]".repeat(15_000) + "}").getBytes(UTF_8),
            "{\"a\":".repeat(5_000).getBytes(UTF_8),
            PREDICTION.toBuilder().setSource("s".repeat(40_000)).build().toByteArray()
        };
    }

    private void read(byte[] value) throws Exception {
        harness.processElement(
                IncomingRecord.newBuilder().setValue(ByteString.copyFrom(value)).build(), 0);
    }
}
