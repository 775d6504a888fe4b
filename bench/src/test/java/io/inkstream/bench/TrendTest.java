package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.bench.Trend.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {
    @Test
    void usageExample() {
        Trend trend = Trend.of(List.of(new Point(1, 3), new Point(2, 5), new Point(3, 7)));

        assertThat(trend.slope()).isCloseTo(2, within(1e-9));
        assertThat(trend.at(10)).isCloseTo(21, within(1e-9));
    }

    @Test
    void pointsBesideTheLineBalanceEachOther() {
        Trend trend = Trend.of(List.of(new Point(0, 1), new Point(1, -1), new Point(2, -1), new Point(3, 1)));

        assertThat(trend).isEqualTo(new Trend(0, 0));
    }

    @Test
    void onePointIsLevel() {
        assertThat(Trend.of(List.of(new Point(4, 7))).at(100)).isEqualTo(7);
    }
}
