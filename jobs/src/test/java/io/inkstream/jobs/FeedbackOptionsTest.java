package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.operators.feedback.BrakeSettings;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackOptionsTest {

    @Test
    void usageExample() {
        FeedbackOptions options = parse("--label-ttl 7d --out-of-order 10m --brake act --brake-tolerance 0.01"
                + " --brake-labels all --checkpoint-interval 10s --transaction-timeout 14m --parallelism 3");

        assertThat(options.labelTtl()).isEqualTo(Duration.ofDays(7));
        assertThat(options.outOfOrder()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.brake())
                .isEqualTo(new BrakeSettings(BrakeSettings.Mode.ACT, 0.01, BrakeSettings.Labels.ALL));
        assertThat(options.checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.delivery()).isEqualTo(new Delivery(DeliveryGuarantee.EXACTLY_ONCE, Duration.ofMinutes(14)));
        assertThat(options.parallelism()).hasValue(3);
    }

    @Test
    void theDefaultsOfTheCommandLineAreThoseOfTheConstructor() {
        FeedbackOptions built = new FeedbackOptions(new Connections("digits", "k:1", "z:1", "file:/tmp"));

        for (FeedbackOptions options : new FeedbackOptions[] {parse(""), built}) {
            assertThat(options.labelTtl()).isEqualTo(Duration.ofHours(24));
            assertThat(options.outOfOrder()).isEqualTo(Duration.ofMinutes(1));
            assertThat(options.brake()).isEqualTo(BrakeSettings.defaults());
            assertThat(options.delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
            assertThat(options.checkpointInterval()).isEqualTo(Duration.ofSeconds(5));
            assertThat(options.parallelism()).isEmpty();
        }
    }

    @Test
    void aVersionIsRememberedForLongerThanItsLabelsAreAwaited() {
        assertThat(parse("--label-ttl 30d").versionMemory()).isEqualTo(Duration.ofDays(60));
        assertThat(parse("--label-ttl 1h").versionMemory()).isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @CsvSource({
        "--label-ttl 0s, --label-ttl must be 1s to 3650d",
        "--label-ttl 3651d, --label-ttl must be 1s to 3650d",
        "--label-ttl 1h --out-of-order 2h, '0ms to --label-ttl, which is 3600 s'",
        "--out-of-order PT-1S, --out-of-order must be 0ms",
        "--brake maybe, ACT",
        "--brake-tolerance 1, --brake-tolerance",
        "--brake-labels some, random-audit",
        "--checkpoint-interval 1ms, at least 10ms",
        "--checkpoint-interval 151s, at most a quarter",
        "--parallelism 0, at least 1",
    })
    void whatNoJobCanRunWithIsRefused(String mistake, String remedy) {
        assertThatThrownBy(() -> parse(mistake))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(remedy);
    }

    private static FeedbackOptions parse(String more) {
        String all = "--bootstrap-servers k:1 --zookeeper z:1 --root file:/tmp " + more;
        String[] args = Stream.of(all.trim().split(" ", -1)).toArray(String[]::new);
        return CommandLines.parse(new FeedbackOptions(), args, FeedbackOptions::validate)
                .orElseThrow();
    }
}
