package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.bench.CpuTimes.ThreadTime;
import io.inkstream.bench.StackSamples.Frame;
import io.inkstream.bench.StackSamples.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private static final long SECOND = 1_000_000_000;
    private static final Frame RUN = new Frame("ai.onnxruntime.OrtSession", "run");
    private static final Frame GET = new Frame("org.rocksdb.RocksDB", "get");
    private static final Frame DECODE = new Frame("io.inkstream.operators.decoding.PixelDecoder", "decode");

    @Test
    void usageExample() {
        CpuTimes used = new CpuTimes(
                10 * SECOND,
                Map.of(
                        1L, new ThreadTime("scorer -> predictions: Writer (1/1)#0", 6 * SECOND),
                        2L, new ThreadTime("Source: images -> decode (1/1)#0", 2 * SECOND)),
                Map.of("garbage collection", SECOND));
        // The scorer was seen three times as much in ONNX Runtime as in RocksDB, in samples of different weight.
        List<Sample> samples = List.of(
                new Sample(1, true, 0.03, List.of(RUN)),
                new Sample(1, false, 0.01, List.of(GET)),
                new Sample(2, false, 0.01, List.of(DECODE)));

        Profile profile = Profile.of(used, samples, 2_000);

        assertThat(profile.all()).isEqualTo(5);
        assertThat(profile.byThread())
                .containsEntry("scorer task", 3.0)
                .containsEntry("source task", 1.0)
                .containsEntry("garbage collection", 0.5)
                .containsEntry("unknown", 0.5);
        assertThat(profile.scorerByStage().keySet()).containsExactly("ONNX Runtime", "RocksDB");
        assertThat(profile.scorerByStage().get("ONNX Runtime")).isCloseTo(2.25, within(1e-9));
        assertThat(profile.sourceByStage()).containsOnlyKeys("decoding");
        assertThat(profile.byStage().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isCloseTo(4, within(1e-9));
        assertThat(profile.hottest().get(0).method()).isEqualTo("ai.onnxruntime.OrtSession.run");
    }

    @Test
    void samplesOfThreadsThatHaveEndedAreLeftOut() {
        CpuTimes used = new CpuTimes(SECOND, Map.of(), Map.of());
        Profile profile = Profile.of(used, List.of(new Sample(9, false, 1, List.of(RUN))), 1_000);
        assertThat(profile.byStage()).isEmpty();
        assertThat(profile.byThread()).containsExactly(Map.entry("unknown", 1.0));
    }

    @Test
    void aThreadIsKnownByTheBeginningOfItsName() {
        assertThat(Role.of("Source Data Fetcher for Source: images -> decode (1/1)#0"))
                .isEqualTo(Role.FETCHER);
        assertThat(Role.of("kafka-producer-network-thread | producer-1")).isEqualTo(Role.PRODUCER);
        assertThat(Role.of("Source: rollout (1/1)#0")).isEqualTo(Role.OTHER);
    }

    @Test
    void nativeCodeThatWaitsIsToldFromNativeCodeThatWorks() {
        assertThat(new Sample(1, true, 1, List.of(new Frame("sun.nio.ch.EPoll", "wait"))).isWaiting())
                .isTrue();
        assertThat(new Sample(1, true, 1, List.of(RUN)).isWaiting()).isFalse();
    }
}
