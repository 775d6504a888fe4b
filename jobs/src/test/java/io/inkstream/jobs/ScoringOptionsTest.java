package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringOptionsTest {

    @Test
    void usageExample() {
        ScoringOptions options = parse("--name green --delivery at-least-once --prediction-format JSON"
                + " --buffer-timeout 0ms --checkpoint-interval 500ms --transaction-timeout 14m");

        assertThat(options.uniqueName()).isEqualTo("digits-green");
        assertThat(options.jobName()).isEqualTo("digits scoring (green)");
        assertThat(options.delivery()).isEqualTo(new Delivery(DeliveryGuarantee.AT_LEAST_ONCE, Duration.ofMinutes(14)));
        assertThat(options.predictionFormat()).isEqualTo(PredictionFormat.JSON);
        assertThat(options.bufferTimeout()).hasValue(Duration.ZERO);
        assertThat(options.checkpointInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void theDefaultsOfTheCommandLineAreThoseOfTheConstructor() {
        ScoringOptions built = new ScoringOptions(new Connections("digits", "k:1", "z:1", "file:/tmp"));

        for (ScoringOptions options : new ScoringOptions[] {parse(""), built}) {
            assertThat(options.uniqueName()).isEqualTo("digits-scoring");
            assertThat(options.jobName()).isEqualTo("digits scoring");
            assertThat(options.delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
            assertThat(options.predictionFormat()).isEqualTo(PredictionFormat.PROTOBUF);
            assertThat(options.bufferTimeout()).isEmpty();
            assertThat(options.checkpointInterval()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--delivery none, at-least-once",
        "--delivery sometimes, exactly-once",
        "--prediction-format xml, JSON",
        "--transaction-timeout 9s, 10s",
        "--checkpoint-interval 151s, at most a quarter",
        "--name training, training job",
        "--name feedback, feedback job",
        "--name a/b, letters",
        "--name eu-scoring, a dash parts it",
        "--buffer-timeout PT-1S, at least 0ms",
    })
    void whatNoJobCanRunWithIsRefused(String mistake, String remedy) {
        assertThatThrownBy(() -> parse(mistake))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy);
    }

    private static ScoringOptions parse(String more) {
        String all = "--bootstrap-servers k:1 --zookeeper z:1 --root file:/tmp " + more;
        String[] args = Stream.of(all.trim().split(" ", -1)).toArray(String[]::new);
        return CommandLines.parse(new ScoringOptions(), args, ScoringOptions::validate)
                .orElseThrow();
    }
}
