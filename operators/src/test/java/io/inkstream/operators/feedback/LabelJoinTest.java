package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.image;
import static io.inkstream.operators.feedback.JoinHarness.label;
import static io.inkstream.operators.feedback.JoinHarness.served;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.JoinState;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Truth;
import io.inkstream.schemas.v1.WaitingImage;
import java.time.Duration;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LabelJoinTest {
    private static final String AUDIT = Feedback.RANDOM_AUDIT;

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
    void usageExample() throws Exception {
        WaitingImage waiting = WaitingImage.newBuilder()
                .setSource("scanner-3")
                .setPixels(ByteString.copyFrom(new byte[784]))
                .setCaptured(Timestamps.fromMillis(90))
                .build();
        join.send(FeedbackEvent.newBuilder()
                .setImageId("form-1")
                .setTime(100)
                .setImage(waiting)
                .build());
        join.send(served("form-1", 100, 7, 1));
        assertThat(join.trained()).isEmpty();
        assertThat(join.outcomes()).isEmpty();

        join.send(label("form-1", 500, label(4, 400, AUDIT)));

        assertThat(join.trained())
                .containsExactly(LabeledImage.newBuilder()
                        .setImage(Image.newBuilder()
                                .setId("form-1")
                                .setSource("scanner-3")
                                .setWidth(28)
                                .setHeight(28)
                                .setEncoding(Encoding.GRAY8)
                                .setPixels(waiting.getPixels())
                                .setCaptured(waiting.getCaptured()))
                        .setLabel(4)
                        .build());
        assertThat(join.outcomes()).containsExactly(outcome(7, 1, truth(4, true)));
        assertThat(join.rejected()).isEmpty();
    }

    @Test
    void aLabelMayComeBeforeItsImageAndWhatWasReadInIt() throws Exception {
        join.send(label("a", 100, 4));
        assertThat(join.trained()).isEmpty();

        join.send(served("a", 100, 7, 4));
        assertThat(join.outcomes()).containsExactly(outcome(7, 4, truth(4, false)));
        join.send(image("a", 100));
        assertThat(join.trainedDigits()).containsExactly(4);
    }

    @Test
    void aLabelIsOfItsOwnImageOnly() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 4));

        join.send(label("b", 100, 4));

        assertThat(join.trained()).isEmpty();
        assertThat(join.outcomes()).isEmpty();
    }

    @Test
    void zeroIsALabelLikeAnyOther() throws Exception {
        join.send(image("a", 100));
        join.send(label("a", 100, 0));

        assertThat(join.trained()).singleElement().satisfies(image -> {
            assertThat(image.hasLabel()).isTrue();
            assertThat(image.getLabel()).isZero();
        });
    }

    @Test
    void aLabelThatSaysTheSameAgainChangesNothing() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 1));
        join.send(label("a", 100, 4));
        assertThat(join.trainedDigits()).containsExactly(4);
        assertThat(join.outcomes()).hasSize(1);

        join.send(label("a", 200, 4));
        join.send(label("a", 50, 4));

        assertThat(join.trained()).isEmpty();
        assertThat(join.outcomes()).isEmpty();
    }

    @Test
    void aCorrectionTrainsOnceMoreAndTakesBackWhatWasJudged() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 1));
        join.send(served("a", 120, 8, 4));
        join.send(label("a", 200, 1));
        assertThat(join.outcomes()).hasSize(2);

        join.send(label("a", 300, 4));

        assertThat(join.trainedDigits()).containsExactly(1, 4);
        assertThat(join.outcomes())
                .containsExactly(
                        outcome(7, 1, truth(4, false), truth(1, false)),
                        outcome(8, 4, truth(4, false), truth(1, false)));

        join.send(label("a", 400, 1));
        assertThat(join.trainedDigits()).as("and back").containsExactly(1);
    }

    @Test
    void anOlderLabelThatComesLateChangesNothing() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 1));
        join.send(label("a", 200, label(4, 190, "correction")));
        join.trained();
        join.outcomes();

        join.send(label("a", 300, label(1, 180, "correction")));

        assertThat(join.trained()).isEmpty();
        assertThat(join.outcomes()).isEmpty();
        join.send(label("a", 400, label(2, 185, "correction")));
        assertThat(join.trained()).as("older than what is in force").isEmpty();
    }

    @Test
    void ofTwoLabelsGivenAtTheSameTimeTheLaterRecordIsInForce() throws Exception {
        join.send(image("a", 100));
        join.send(label("a", 100, label(4, 90, "").setPartition(1).setOffset(7)));
        join.send(label("a", 100, label(5, 90, "").setPartition(1).setOffset(6)));
        join.send(label("a", 100, label(6, 90, "").setPartition(0).setOffset(9)));
        assertThat(join.trainedDigits()).containsExactly(4);

        join.send(label("a", 100, label(7, 90, "").setPartition(1).setOffset(8)));
        assertThat(join.trainedDigits()).containsExactly(7);
    }

    @Test
    void anImageThatIsSentAgainChangesNothing() throws Exception {
        join.send(image("a", 100));
        join.send(label("a", 100, 4));
        join.trained();
        FeedbackEvent other = image("a", 200).toBuilder()
                .setImage(WaitingImage.newBuilder().setSource("another"))
                .build();

        join.send(other);
        assertThat(join.trained()).isEmpty();

        join.send(label("a", 300, 5));
        assertThat(join.trained())
                .extracting(image -> image.getImage().getSource())
                .as("the first one stays")
                .containsExactly("scanner-3");
    }

    @Test
    void whatAVersionReadsTwiceInAnImageCountsOnce() throws Exception {
        join.send(served("a", 100, 7, 4));
        join.send(served("a", 110, 7, 4));
        join.send(label("a", 120, 4));
        join.send(served("a", 130, 7, 4));

        assertThat(join.outcomes()).hasSize(1);
    }

    @Test
    void anImageThatWasChosenByChanceStaysInTheSampleWhenItsLabelIsCorrected() throws Exception {
        join.send(served("a", 100, 7, 1));
        join.send(label("a", 200, label(1, 200, AUDIT)));
        join.send(label("a", 300, label(4, 300, "correction")));

        assertThat(join.outcomes())
                .containsExactly(outcome(7, 1, truth(1, true)), outcome(7, 1, truth(4, true), truth(1, true)));
    }

    @Test
    void anAuditThatComesLaterMakesAnImagePartOfTheSampleAndTrainsNothing() throws Exception {
        join.send(image("a", 100));
        join.send(served("a", 100, 7, 1));
        join.send(label("a", 300, label(4, 300, "correction")));
        join.trained();
        join.outcomes();

        join.send(label("a", 400, label(1, 200, AUDIT)));

        assertThat(join.trained()).isEmpty();
        assertThat(join.outcomes()).containsExactly(outcome(7, 1, truth(4, true), truth(4, false)));
    }

    @Test
    void ofManyVersionsTheEightNewestAreRemembered() throws Exception {
        for (int version = 1; version <= 10; version++) {
            join.send(served("a", 100, version, 4));
        }
        join.send(served("a", 100, 1, 4));

        join.send(label("a", 200, 4));

        assertThat(join.outcomes()).extracting(Outcome::getVersion).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        join.send(served("a", 300, 2, 4));
        assertThat(join.outcomes()).as("forgotten, and so not counted again").isEmpty();
    }

    @Test
    void anEventWithoutTimeOrContentIsAnError() {
        assertThatThrownBy(() -> join.processElement(new StreamRecord<>(image("a", 1))))
                .hasMessageContaining("its time");
        assertThatThrownBy(() ->
                        join.send(FeedbackEvent.newBuilder().setImageId("a").build()))
                .hasMessageContaining("without any content");
    }

    @Test
    void aLabelKeepsItsRecordUntilItsImageIsThere() {
        LateLabel label = label(4, 90, AUDIT).build();
        JoinedImage image = JoinedImage.of(null);
        image.addLabel(label);
        assertThat(image.save().getLabel()).isEqualTo(label);

        image.addImage();
        assertThat(image.save().getLabel())
                .isEqualTo(label.toBuilder()
                        .clearTopic()
                        .clearReason()
                        .clearValue()
                        .build());

        image.addLabel(label(5, 95, "").build());
        assertThat(image.save().getLabel().getDigit()).isEqualTo(5);
        assertThat(image.save().getLabel().getValue()).isEmpty();
    }

    @Test
    void stateOfALaterReleaseIsRefused() {
        JoinState later = JoinState.newBuilder().setFormat(2).build();

        assertThatThrownBy(() -> JoinedImage.of(later))
                .hasMessageContaining("format 2")
                .hasMessageContaining("upgrade");
    }

    @Test
    void labelsAreAwaitedForSomeTime() {
        assertThatThrownBy(() -> Feedback.join(Duration.ZERO)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> Feedback.join(Duration.ofMillis(-1))).hasMessageContaining("more than 0");
    }

    private static Outcome outcome(long version, int predicted, Truth truth) {
        return Outcome.newBuilder()
                .setVersion(version)
                .setPredicted(predicted)
                .setTruth(truth)
                .build();
    }

    private static Outcome outcome(long version, int predicted, Truth truth, Truth replaced) {
        return outcome(version, predicted, truth).toBuilder()
                .setReplaced(replaced)
                .build();
    }

    private static Truth truth(int digit, boolean audit) {
        return Truth.newBuilder().setDigit(digit).setRandomAudit(audit).build();
    }
}
