package io.inkstream.operators.training;

import io.inkstream.schemas.v1.Score;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest scores, as many as it takes for {@value #SAMPLES} samples: never fewer samples once there were that many. */
final class ScoreWindow {

    static final long SAMPLES = 10_000;

    private final Deque<Score> scores = new ArrayDeque<>();
    private long samples;
    private long correct;

    /** @param scores as {@link #scores} gave them */
    ScoreWindow(List<Score> scores) {
        scores.forEach(this::add);
    }

    void add(Score score) {
        scores.add(score);
        samples += score.getSamples();
        correct += score.getCorrect();
        while (samples - scores.element().getSamples() >= SAMPLES) {
            Score oldest = scores.remove();
            samples -= oldest.getSamples();
            correct -= oldest.getCorrect();
        }
    }

    /** NaN where there are no samples yet. */
    double accuracy() {
        return (double) correct / samples;
    }

    /** Summed up anew each time: a difference of sums would gather rounding errors in the loss. */
    Score sum() {
        return scores.stream().reduce(Score.getDefaultInstance(), Updates::sum);
    }

    List<Score> scores() {
        return List.copyOf(scores);
    }
}
