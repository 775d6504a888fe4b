package io.inkstream.operators.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.operators.TestModels;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelSlotsTest {
    private final ModelSlots slots = new ModelSlots();

    @AfterEach
    void close() {
        slots.close();
    }

    @Test
    void usageExample() throws Exception {
        assertThat(slots.follow(live(1, 1))).isFalse();
        LoadedModel first = model(1);
        slots.put(live(1, 1), first);
        assertThat(slots.aim(candidate(2, 1), version(2))).isFalse();
        slots.prepared(candidate(2, 1), model(2));
        assertThat(slots.status().getLoadedList()).containsExactly(1L, 2L);

        assertThat(slots.follow(live(2, 2))).isTrue();
        assertThat(slots.current().number()).isEqualTo(2);
        slots.aimAtNothing();
        assertThat(slots.status().getLoadedList()).containsExactly(2L);
        assertClosed(first);
    }

    @Test
    void anOlderMoveChangesNothingAndIsClosed() throws Exception {
        slots.put(live(2, 5), model(2));
        LoadedModel late = model(1);
        slots.put(live(1, 4), late);

        assertThat(slots.follow(live(1, 4))).isTrue();
        assertThat(slots.current().number()).isEqualTo(2);
        assertThat(slots.move()).isEqualTo(5);
        assertClosed(late);
    }

    @Test
    void aNewerMoveToTheSameVersionLoadsNothing() throws Exception {
        slots.put(live(2, 5), model(2));

        assertThat(slots.follow(live(2, 7))).isTrue();
        assertThat(slots.move()).isEqualTo(7);
    }

    @Test
    void aRegistryThatWasMadeAnewCountsFromOneAgain() throws Exception {
        slots.put(since(live(7, 50), 1_000), model(7));
        assertThat(slots.follow(since(live(1, 1), 2_000))).isFalse();
        slots.put(since(live(1, 1), 2_000), model(1));

        assertThat(slots.current().number()).isEqualTo(1);
    }

    @Test
    void theSameNumberWithOtherBytesIsAnotherVersion() throws Exception {
        slots.put(live(2, 5), model(2));
        LiveVersion other = live(2, 6).toBuilder()
                .setVersion(version(2).toBuilder().setOnnx(version(3).getOnnx()))
                .build();

        assertThat(slots.follow(other)).isFalse();
    }

    @Test
    void whatWasInUseStaysWhereItIsTheCandidateAgain() throws Exception {
        slots.put(live(1, 1), model(1));
        assertThat(slots.aim(candidate(1, 2), version(1))).isTrue();
        slots.put(live(2, 2), model(2));

        assertThat(slots.status().getLoadedList()).containsExactly(2L, 1L);
        assertThat(slots.follow(live(1, 3))).isTrue();
        assertThat(slots.current().number()).isEqualTo(1);
    }

    @Test
    void anotherCandidateDropsWhatWasPrepared() throws Exception {
        slots.aim(candidate(2, 1), version(2));
        LoadedModel second = model(2);
        slots.prepared(candidate(2, 1), second);
        assertThat(slots.aim(candidate(3, 1), version(3))).isFalse();

        assertClosed(second);
        LoadedModel late = model(2);
        slots.prepared(candidate(2, 1), late);
        assertClosed(late);
        assertThat(slots.status().getLoadedList()).isEmpty();
    }

    @Test
    void aRefusalCountsForItsAttemptOnly() {
        slots.aim(candidate(2, 1), version(2));
        slots.refused(candidate(2, 1), "damaged");
        assertThat(slots.status().getRefused().getReason()).isEqualTo("damaged");
        assertThat(slots.aim(candidate(2, 1), version(2))).isTrue();

        assertThat(slots.aim(candidate(2, 2), version(2))).isFalse();
        assertThat(slots.status().hasRefused()).isFalse();
        slots.refused(candidate(2, 1), "late");
        assertThat(slots.status().hasRefused()).isFalse();
    }

    private static void assertClosed(LoadedModel model) {
        assertThatThrownBy(() -> model.scorer().score(new byte[784], 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static ModelVersion version(long number) {
        return TestModels.version("digits", number);
    }

    private static LiveVersion live(long number, long move) {
        return TestModels.live("digits", number, move);
    }

    private static LiveVersion since(LiveVersion live, long seconds) {
        LiveVersion.Builder later = live.toBuilder();
        later.getPointerBuilder().getSinceBuilder().setSeconds(seconds);
        return later.build();
    }

    private static Candidate candidate(long number, int attempt) {
        return Candidate.newBuilder().setVersion(number).setAttempt(attempt).build();
    }

    private static LoadedModel model(long number) throws UnusableModelException {
        return new LoadedModel(version(number), OnnxScorer.load(TestModels.onnx(number)));
    }
}
