package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SendOptionsTest {
    private static final LabeledImage ZERO = LabeledImage.newBuilder()
            .setImage(Image.newBuilder().setId("digits-07").setPixels(ByteString.copyFromUtf8("pixels")))
            .setLabel(0)
            .build();

    @Test
    void aLabelledImageKeepsItsLabelAlsoIfItIsZero() throws InvalidProtocolBufferException {
        SendOptions options = SendOptions.of("digits.training", true, "scanner");

        LabeledImage sent = LabeledImage.parseFrom(options.value(ZERO, options.source(0), 1));
        assertThat(sent.hasLabel()).isTrue();
        assertThat(sent.getImage().getSource()).isEqualTo("scanner");
        assertThat(sent.getImage().getId()).isEqualTo("digits-07");
    }

    @Test
    void anUnlabelledImageIsAnImageMessage() throws InvalidProtocolBufferException {
        SendOptions options = SendOptions.of("digits.images", false, "scanner");

        Image sent = Image.parseFrom(options.value(ZERO, "scanner", 1));
        assertThat(sent)
                .isEqualTo(ZERO.getImage().toBuilder().setSource("scanner").build());
    }

    @Test
    void laterPassesGetIdsOfTheirOwn() throws InvalidProtocolBufferException {
        SendOptions options = SendOptions.of("digits.images", false, "scanner");

        assertThat(Image.parseFrom(options.value(ZERO, "scanner", 3)).getId()).isEqualTo("digits-07.3");
    }

    @Test
    void severalSourcesTakeTurns() {
        SendOptions three = new SendOptions("t", true, "s", 3, OptionalDouble.empty(), 1);

        assertThat(LongStream.range(0, 5).mapToObj(three::source)).containsExactly("s-0", "s-1", "s-2", "s-0", "s-1");
    }

    @Test
    void numbersMustBePositive() {
        assertThatThrownBy(() -> new SendOptions("t", true, "s", 0, OptionalDouble.empty(), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SendOptions("t", true, "s", 1, OptionalDouble.of(Double.NaN), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
