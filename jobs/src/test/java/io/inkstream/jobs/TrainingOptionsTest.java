package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingOptionsTest {
    @Test
    void usageExample() {
        assertThat(parse("--checkpoint-interval 150s").checkpointInterval()).isEqualTo(Duration.ofSeconds(150));
    }

    @ParameterizedTest
    @CsvSource({
        // Rejected records are written in transactions, which Kafka aborts after ten minutes.
        "--checkpoint-interval 151s, at most a quarter",
        "--checkpoint-interval 1ms, at least 10ms",
        "--parallelism 0, at least 1",
        "--keep -1, at least 1",
    })
    void whatNoJobCanRunWithIsRefused(String mistake, String remedy) {
        assertThatThrownBy(() -> parse(mistake))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy);
    }

    private static TrainingOptions parse(String more) {
        String all = "--bootstrap-servers k:1 --zookeeper z:1 --root file:/tmp " + more;
        return CommandLines.parse(new TrainingOptions(), all.split(" ", -1), TrainingOptions::validate)
                .orElseThrow();
    }
}
