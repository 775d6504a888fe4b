package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.image;
import static io.inkstream.operators.feedback.JoinHarness.label;
import static io.inkstream.operators.feedback.JoinHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ForgettingTest {
    private static final long TTL = JoinHarness.TTL.toMillis();

    private JoinHarness join;

    @BeforeEach
    void start() throws Exception {
        join = JoinHarness.started();
    }

    @AfterEach
    void stop() throws Exception {
        join.close();
    }

    @Test
    void allOfAnImageIsGoneWhenItsTimeIsUp() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 4));
        join.send(label("a", 100, 4));
        join.send(image("b", 100));
        assertThat(join.numKeyedStateEntries()).isGreaterThanOrEqualTo(4);

        join.processWatermark(100 + TTL - 1);
        assertThat(join.numEventTimeTimers()).isEqualTo(2);

        join.processWatermark(100 + TTL);
        assertNothingIsLeft();
        assertThat(join.rejected()).isEmpty();
    }

    @Test
    void eachEventPutsOffTheEndWithoutATimerOfItsOwn() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 400, 7, 1));
        join.send(label("a", 700, 4));
        join.send(served("a", 300, 8, 1));
        assertThat(join.numEventTimeTimers()).isEqualTo(1);

        join.processWatermark(700 + TTL - 1);
        assertThat(join.numEventTimeTimers()).isEqualTo(1);
        join.send(label("a", 700, label(5, 701, "")));
        assertThat(join.trainedDigits()).as("its picture is still there").containsExactly(4, 5);

        join.processWatermark(700 + TTL);
        assertNothingIsLeft();
    }

    @Test
    void aLabelWithoutImageIsPutAsideWithItsRecord() throws Exception {
        join.send(label("unknown", 100, 4));
        join.send(served("unknown", 100, 7, 4));
        join.processWatermark(100 + TTL - 1);
        assertThat(join.rejected()).isEmpty();

        join.processWatermark(100 + TTL);

        assertThat(join.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected)
                    .isEqualTo(Rejected.newBuilder()
                            .setTopic("digits.labels")
                            .setPartition(1)
                            .setOffset(40)
                            .setReason(RejectionReason.LABEL_WITHOUT_IMAGE)
                            .setExplanation(rejected.getExplanation())
                            .setValue(ByteString.copyFromUtf8("as it came"))
                            .setValueLength(10)
                            .build());
            assertThat(rejected.getExplanation()).contains("unknown", "PT1S");
        });
        assertNothingIsLeft();
    }

    @Test
    void ofSeveralLabelsWithoutImageTheOneInForceIsPutAside() throws Exception {
        join.send(label("unknown", 100, label(4, 90, "").setOffset(50)));
        join.send(label("unknown", 100, label(5, 80, "").setOffset(51)));

        join.processWatermark(100 + TTL);

        assertThat(join.rejected()).extracting(Rejected::getOffset).containsExactly(50L);
    }

    @Test
    void aLabelThatComesAfterItsImageWasForgottenWaitsInVain() throws Exception {
        join.send(image("a", 100));
        join.processWatermark(100 + TTL);

        join.send(label("a", 101 + TTL, 4));
        assertThat(join.trained()).isEmpty();

        join.processWatermark(101 + 2 * TTL);
        assertThat(join.rejected()).hasSize(1);
        assertNothingIsLeft();
    }

    @Test
    void anEventFromBeforeAllThatIsRememberedIsGoneWithTheNextWatermark() throws Exception {
        join.processWatermark(10 * TTL);
        join.send(image("a", 100));
        join.send(label("b", 100, 4));

        join.processWatermark(10 * TTL + 1);

        assertNothingIsLeft();
        assertThat(join.rejected()).hasSize(1);
    }

    @Test
    void aTimeThatIsAlmostEndlessDoesNotOverflow() throws Exception {
        join.processElement(image("a", 0), Long.MAX_VALUE - 1);
        join.processWatermark(10 * TTL);

        join.send(label("a", 100, 4));

        assertThat(join.trainedDigits()).containsExactly(4);
    }

    @Test
    void nothingIsLeftOfManyWhenTheInputEnds() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            join.send(i % 3 == 0 ? label("id-" + i, i, 4) : image("id-" + i, i));
        }

        join.processWatermark(Long.MAX_VALUE);

        assertThat(join.rejected()).hasSize(334);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(join.numKeyedStateEntries()).isZero();
        assertThat(join.numEventTimeTimers()).isZero();
    }
}
