package io.inkstream.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Source a has sent three images, b two; version 1 scored the first of each, version 2 the others. */
class PredictionCheckTest {
    private final Map<String, Long> acknowledged = Map.of("a", 3L, "b", 2L);
    private final List<ModelVersion> versions = new ArrayList<>(List.of(
            version(1, VersionState.RETIRED), version(2, VersionState.LIVE), version(3, VersionState.REJECTED)));
    private final List<Move> history = new ArrayList<>(List.of(move(0, 1), move(1, 2)));
    private final List<Prediction> predictions = new ArrayList<>(List.of(
            prediction("a", 1, 1),
            prediction("b", 1, 1),
            prediction("a", 2, 2),
            prediction("b", 2, 2),
            prediction("a", 3, 2)));

    @Test
    void usageExample() {
        assertThat(violations()).isEmpty();
    }

    @Test
    void oneIsMissing() {
        predictions.remove(2);

        assertThat(violations())
                .containsExactly(
                        "a, image 3, sequence 3: image 2 was to come",
                        "a, image 3, sequence 3: sequence 2 was to come");
    }

    @Test
    void theLastIsMissing() {
        predictions.remove(4);

        assertThat(violations()).containsExactly("a: predictions end at image 2 of 3");
    }

    @Test
    void allOfASourceAreMissing() {
        predictions.removeIf(prediction -> prediction.getSource().equals("b"));

        assertThat(violations()).containsExactly("b: predictions end at image 0 of 2");
    }

    @Test
    void oneIsThereTwice() {
        predictions.add(3, predictions.get(2));

        assertThat(violations())
                .containsExactly(
                        "a, image 2, sequence 2: image 3 was to come",
                        "a, image 2, sequence 2: sequence 3 was to come");
    }

    @Test
    void twoAreInTheWrongOrder() {
        predictions.add(0, predictions.remove(2));

        assertThat(violations()).contains("a, image 2, sequence 2: image 1 was to come");
    }

    @Test
    void theSequenceBeginsAnew() {
        predictions.set(4, predictions.get(4).toBuilder().setSequence(1).build());

        assertThat(violations()).containsExactly("a, image 3, sequence 1: sequence 3 was to come");
    }

    @Test
    void aVersionIsNotThereOrWasNeverLive() {
        predictions.set(3, prediction("b", 2, 9));
        predictions.set(4, prediction("a", 3, 3));

        assertThat(violations())
                .containsExactly(
                        "b, image 2, sequence 2: version 9 was never live",
                        "a, image 3, sequence 3: version 3 was never live");
    }

    @Test
    void aSourceGoesBackToAnOlderVersion() {
        predictions.set(4, prediction("a", 3, 1));

        assertThat(violations())
                .containsExactly("a, image 3, sequence 3: version 1 comes after 2, and nobody went back");

        history.add(move(2, 1));
        assertThat(violations()).isEmpty();
    }

    @Test
    void aSourceIsMadeUp() {
        predictions.add(prediction("c", 1, 2));

        assertThat(violations()).contains("source c sent nothing");
    }

    private List<String> violations() {
        return PredictionCheck.violations(acknowledged, predictions, versions, history);
    }

    private static Prediction prediction(String source, int number, long version) {
        return Prediction.newBuilder()
                .setSource(source)
                .setId(Integer.toString(number))
                .setSequence(number)
                .setModelVersion(version)
                .build();
    }

    private static ModelVersion version(long number, VersionState state) {
        return ModelVersion.newBuilder().setVersion(number).setState(state).build();
    }

    private static Move move(long from, long to) {
        return Move.newBuilder().setFrom(from).setTo(to).build();
    }
}
