package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RejectionReason;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private static final Outcomes.Place PLACE = new Outcomes.Place(1, 7);
    private static final Outcome.Refused REFUSED = new Outcome.Refused(RejectionReason.BLANK_IMAGE, "nothing is drawn");

    private final Outcomes outcomes = new Outcomes(3);

    @Test
    void usageExample() {
        CompletableFuture<Outcome> outcome = outcomes.expect("a");
        assertThat(outcome).isNotDone();
        outcomes.settle("a", read("a"));

        assertThat(outcome).isCompletedWithValue(read("a"));
        assertThat(outcomes.of("a")).hasValue(outcome);
    }

    @Test
    void aRejectionFindsItsImageByItsPlace() {
        CompletableFuture<Outcome> outcome = outcomes.expect("a");
        outcomes.sent("a", PLACE);
        outcomes.refused(PLACE, REFUSED);

        assertThat(outcome).isCompletedWithValue(REFUSED);
    }

    @Test
    void aRejectionMayComeBeforeThePlaceIsKnown() {
        CompletableFuture<Outcome> outcome = outcomes.expect("a");
        outcomes.refused(PLACE, REFUSED);
        outcomes.sent("a", PLACE);

        assertThat(outcome).isCompletedWithValue(REFUSED);
    }

    @Test
    void whatAnotherGatewayAskedForIsFoundHere() {
        outcomes.settle("theirs", read("theirs"));

        assertThat(outcomes.of("theirs").orElseThrow()).isCompletedWithValue(read("theirs"));
    }

    @Test
    void theFirstOutcomeCounts() {
        outcomes.settle("a", read("a"));
        outcomes.settle("a", new Outcome.Unsent("late"));

        assertThat(outcomes.of("a").orElseThrow()).isCompletedWithValue(read("a"));
    }

    @Test
    void theOldestAreForgotten() {
        for (String id : new String[] {"a", "b", "c", "d"}) {
            var unused = outcomes.expect(id);
        }

        assertThat(outcomes.of("a")).isEmpty();
        assertThat(outcomes.of("b")).isPresent();
        assertThat(outcomes.waiting()).isEqualTo(3);
    }

    private static Outcome read(String id) {
        return new Outcome.Read(Prediction.newBuilder().setId(id).build());
    }
}
