package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.inkstream.schemas.v1.Prediction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictionFormatTest {

    private static final Prediction ZERO = Prediction.newBuilder()
            .setId("a-1")
            .addProbabilities(0.5f)
            .setModelVersion(3)
            .setScored(Timestamp.newBuilder().setSeconds(1))
            .build();

    @Test
    void jsonShowsAllFieldsByTheirNamesInTheProtoFile() {
        assertThat(new String(PredictionFormat.JSON.bytes(ZERO), UTF_8))
                .isEqualTo(
                        "{\"id\":\"a-1\",\"source\":\"\",\"digit\":0,\"probabilities\":[0.5],\"model_version\":\"3\","
                                + "\"sequence\":\"0\",\"scored\":\"1970-01-01T00:00:01Z\",\"digit_count\":\"0\","
                                + "\"digit_confidence\":0.0}");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(PredictionFormat format) throws Exception {
        Prediction odd = ZERO.toBuilder().setId("{\"\n\u0000ä\ud83d\ude00").build();

        assertThat(PredictionFormat.read(format.bytes(odd))).isEqualTo(odd);
        assertThat(PredictionFormat.json(odd)).doesNotContain("\n");
    }

    @Test
    void whatIsNeitherIsRefused() {
        for (byte[] value : new byte[][] {{}, {(byte) 0xff}, "{\"id\":".getBytes(UTF_8)}) {
            assertThatThrownBy(() -> PredictionFormat.read(value)).isInstanceOf(InvalidProtocolBufferException.class);
        }
    }
}
