package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nothing that a record may hold gets more out of the decoder than a result or a reason. */
class DamagedRecordsTest {
    private static final Image IMAGE = Image.newBuilder()
            .setId("form-1")
            .setSource("scanner-3")
            .setWidth(28)
            .setHeight(28)
            .setEncoding(Encoding.GRAY8)
            .setPixels(Pictures.ramp())
            .build();
    private static final LabeledImage LABELED =
            LabeledImage.newBuilder().setImage(IMAGE).setLabel(0).build();
    private static final ByteString BARE_PNG = Pictures.png(BufferedImage.TYPE_BYTE_GRAY);

    @Test
    void everySizeUpToBeyondTheLimitIsRefusedForItsReason() {
        // Field 0 is none: no protobuf begins so.
        byte[] bytes = new byte[RecordDecoder.MAX_VALUE_BYTES + 1];
        bytes[0] = 7;
        ByteString value = ByteString.copyFrom(bytes);
        for (int size = 0; size <= value.size(); size++) {
            IncomingRecord record = record(value.substring(0, size));
            UnusableRecordException refused =
                    catchThrowableOfType(UnusableRecordException.class, () -> RecordDecoder.request(record));
            assertThat(refused.reason()).as("%d bytes", size).isEqualTo(reasonFor(size));
        }
    }

    private static RejectionReason reasonFor(int size) {
        if (size == 0) {
            return RejectionReason.EMPTY_VALUE;
        }
        return size > RecordDecoder.MAX_VALUE_BYTES ? RejectionReason.TOO_LARGE : RejectionReason.MALFORMED;
    }

    @Test
    void aRecordThatIsDamagedAnywhereIsRefusedOrDecoded() {
        byte[][] values = {
            LABELED.toByteArray(),
            LABELED.toBuilder()
                    .setImage(IMAGE.toBuilder().setEncoding(Encoding.PNG).setPixels(BARE_PNG))
                    .build()
                    .toByteArray(),
            IMAGE.toByteArray(),
            IMAGE.toBuilder()
                    .setEncoding(Encoding.JPEG)
                    .setPixels(Pictures.jpeg())
                    .build()
                    .toByteArray()
        };
        Random random = new Random(2);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = values[i % values.length].clone();
            // Most hits where the fields' tags and lengths are, some anywhere.
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                bytes[random.nextInt(random.nextBoolean() ? 40 : bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            refuseOrDecode(record(ByteString.copyFrom(bytes, 0, length)));
        }
    }

    /** Fails the test with anything but a result or the one exception that sends a record aside. */
    private static void refuseOrDecode(IncomingRecord record) {
        try {
            assertThat(RecordDecoder.sample(record, 0).getPixels().size()).isEqualTo(784);
        } catch (UnusableRecordException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        try {
            assertThat(RecordDecoder.request(record).getPixels().size()).isEqualTo(784);
        } catch (UnusableRecordException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static IncomingRecord record(ByteString value) {
        return IncomingRecord.newBuilder()
                .setTopic("digits.images")
                .setValue(value)
                .build();
    }
}
