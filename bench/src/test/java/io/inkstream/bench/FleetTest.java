package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final Fleet.Plan PLAN = new Fleet.Plan("mlp", 0.5, 2, 4L << 30, 5, 1, 100, 0);
    private static final MeasuredCosts COSTS = new MeasuredCosts(0.1, 400);

    @Test
    void usageExample() {
        Fleet fleet = new Fleet(20_000, 5_000, 100, PLAN, COSTS);

        assertThat(fleet.scoringCores()).isCloseTo(2, within(1e-9));
        assertThat(fleet.scorers()).isEqualTo(4);
        assertThat(fleet.taskManagers()).isEqualTo(2);
        assertThat(fleet.taskManagersBytes()).isEqualTo(2.0 * (4L << 30));
        assertThat(fleet.trainingThreads()).isCloseTo(0.25, within(1e-9));
        assertThat(fleet.transactionsPerSecond()).isEqualTo(4);
    }

    @Test
    void halfATaskManagerIsAWholeOne() {
        assertThat(new Fleet(11_000, 1, 0, PLAN, COSTS).scorers()).isEqualTo(3);
        assertThat(new Fleet(11_000, 1, 0, PLAN, COSTS).taskManagers()).isEqualTo(2);
    }

    @Test
    void whatTrainingKeepsIsAsLargeAsComputed() {
        try (DigitNetwork network = DigitNetwork.create(Networks.recipe("mlp"))) {
            assertThat((double) MessageBytes.training("mlp", 0))
                    .isCloseTo(network.state().getSerializedSize(), withinPercentage(1));
        }
    }

    @Test
    void allNetworksHaveBeenMeasured() throws IOException {
        for (String network : Networks.names()) {
            MeasuredCosts costs = MeasuredCosts.read(Path.of("measured"), network);
            assertThat(costs.scored()).isBetween(1e-3, 10.0);
            assertThat(costs.trained()).isBetween(10.0, 1e6);
        }
    }

    @Test
    void whatHasNotBeenMeasuredIsSaidWithTheCommandThatDoes() {
        assertThatThrownBy(() -> MeasuredCosts.read(Path.of("measured"), "resnet"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bench/run scoring --networks resnet --json measured/scoring.json");
    }
}
