package io.inkstream.cli;

import static io.inkstream.cli.SampleVersions.ELEVEN;
import static io.inkstream.cli.SampleVersions.STATUS;
import static io.inkstream.cli.SampleVersions.TWELVE;
import static io.inkstream.cli.SampleVersions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.VersionState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class VersionDifferenceTest {
    @Test
    void usageExample() {
        assertThat(new VersionDifference(STATUS, ELEVEN, TWELVE).text("431,080; 1.5 apart"))
                .isEqualToNormalizingNewlines("""
                 version 11           version 12           difference
state            LIVE                 CANDIDATE
created          2025-12-31 22:00:00  2025-12-31 23:59:48  +1h
parent           10                   11
checkpoint       41                   42
job              0123456789abcdef012… 0123456789abcdef012…
mini-batches     39,062               39,082               +20
trained          1,250,000            1,250,640            +640
held out         0                    0                    +0
partition 0      up to 1,250,009      up to 1,250,649      +640
prequential      98.71 % of 10,000    99.00 % of 10,000    +0.29 points
holdout          98.70 % of 2,000     -
recipe           lenet                the same
model.onnx       1,726,331 bytes      1,726,331 bytes      +0
  SHA-256        eeeeeeeeeeeeeeeeeee… eeeeeeeeeeeeeeeeeee… different
training.pb      6,896,512 bytes      6,896,512 bytes      +0
  SHA-256        eeeeeeeeeeeeeeeeeee… eeeeeeeeeeeeeeeeeee… different
parameters       431,080; 1.5 apart
""");
    }

    @Test
    void itFitsIntoEightyColumnsAndTellsWhatTheRecipeDiffersIn() {
        ModelVersion.Builder other = version(9_999_999, VersionState.RETIRED, 9_999_999_999L, 3, 1);
        other.getLineageBuilder()
                .addTotalOffsets(OffsetRange.newBuilder()
                        .setTopic("x".repeat(200))
                        .setPartition(1)
                        .setTo(Long.MAX_VALUE))
                .getRecipeBuilder()
                .setSeed(7)
                .setReplay(5_000);

        String text = new VersionDifference(STATUS, TWELVE, other.build()).text("not compared: " + "why ".repeat(50));
        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
        assertThat(text)
                .containsPattern("seed +18446744073709551615 7\\R")
                .containsPattern("replay +0 +5000\\R")
                .doesNotContain("recipe");
    }

    @Test
    void theDistanceIsEuclidean() throws IOException {
        ParameterDistance distance = ParameterDistance.between(floats(3, 4, 0), floats(3, 1, -4));

        assertThat(distance.parameters()).isEqualTo(3);
        assertThat(distance.distance()).isCloseTo(5, within(1e-12));
        assertThat(distance.norm()).isCloseTo(5, within(1e-12));
        assertThatThrownBy(() -> ParameterDistance.between(floats(1), floats(1, 2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of different size: 1 and 2 parameters");
    }

    static ByteString floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return ByteString.copyFrom(bytes);
    }
}
