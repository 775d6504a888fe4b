package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelDecoderTest {

    @Test
    void usageExample() throws Exception {
        Image image = Image.newBuilder()
                .setEncoding(Encoding.PNG)
                .setPixels(Pictures.png(BufferedImage.TYPE_BYTE_GRAY))
                .build();

        assertThat(PixelDecoder.decode(image)).isEqualTo(Pictures.ramp());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_ARGB
            })
    void greyStaysTheSameGreyHoweverItIsStored(int type) throws Exception {
        assertThat(decode(Encoding.PNG, Pictures.png(type))).isEqualTo(Pictures.ramp());
    }

    @Test
    void greyWithAnAlphaChannelStaysTheSameGrey() throws Exception {
        ByteString png = Pictures.encode(Pictures.grayAlpha(Pictures.ramp()), "png");

        assertThat(decode(Encoding.PNG, png)).isEqualTo(Pictures.ramp());
    }

    @Test
    void aPaletteIsLookedUp() throws Exception {
        BufferedImage indexed = Pictures.of(Pictures.ramp(), BufferedImage.TYPE_BYTE_INDEXED);
        ByteString pixels = decode(Encoding.PNG, Pictures.encode(indexed, "png"));

        for (int i = 0; i < pixels.size(); i++) {
            assertThat(pixels.byteAt(i) & 0xFF).isEqualTo(indexed.getRGB(i % 28, i / 28) & 0xFF);
        }
    }

    @Test
    void blackAndWhiteIsEitherInkOrNone() throws Exception {
        BufferedImage bilevel = Pictures.of(Pictures.ramp(), BufferedImage.TYPE_BYTE_BINARY);
        ByteString pixels = decode(Encoding.PNG, Pictures.encode(bilevel, "png"));

        assertThat(pixels.byteAt(0)).isZero();
        assertThat(pixels.byteAt(783) & 0xFF).isEqualTo(255);
    }

    @ParameterizedTest
    @CsvSource({"0xFF0000, 76", "0x00FF00, 150", "0x0000FF, 29", "0xFFFFFF, 255", "0x000000, 0"})
    void coloursBecomeTheirLuma(String rgb, int luma) throws Exception {
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(3, 5, Integer.decode(rgb));

        ByteString pixels = decode(Encoding.PNG, Pictures.encode(picture, "png"));

        assertThat(pixels.byteAt(5 * 28 + 3) & 0xFF).isEqualTo(luma);
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB})
    void aJpegComesOutNearlyAsItWentIn(int type) throws Exception {
        ByteString pixels = decode(Encoding.JPEG, Pictures.encode(Pictures.of(Pictures.ramp(), type), "jpeg"));

        for (int i = 0; i < pixels.size(); i++) {
            assertThat(Math.abs((pixels.byteAt(i) & 0xFF) - (Pictures.ramp().byteAt(i) & 0xFF)))
                    .isLessThan(16);
        }
    }

    @ParameterizedTest
    @CsvSource({"20000, 20000", "28, 29", "27, 28", "1, 784", "2147483647, 2147483647"})
    void anotherSizeIsRefusedByTheHeaderAlone(int width, int height) {
        UnusableRecordException refused = refusal(Encoding.PNG, Pictures.pngThatClaims(width, height));

        // The few bytes behind the header are no such picture: decoding it would have said so.
        assertThat(refused.reason()).isEqualTo(RejectionReason.WRONG_SIZE);
        assertThat(refused).hasMessageContaining("%d × %d", width, height);
    }

    @Test
    void aHeaderThatClaims28By28OverNothingIsNoPicture() {
        assertThat(refusal(Encoding.PNG, Pictures.pngThatClaims(28, 28)).reason())
                .isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void textInAPngIsNotInflated() throws Exception {
        ByteString png = Pictures.palettePng("zTXt", Pictures.textBomb(256));
        assertThat(png.size()).isLessThan(RecordDecoder.MAX_VALUE_BYTES);
        com.sun.management.ThreadMXBean thread =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();

        assertThat(decode(Encoding.PNG, png).byteAt(0)).isEqualTo((byte) 10);

        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }

    @ParameterizedTest
    @EnumSource(names = {"PNG", "JPEG"})
    void bytesOfTheOtherKindAreRefused(Encoding encoding) {
        ByteString other = encoding == Encoding.PNG ? Pictures.jpeg() : Pictures.png(BufferedImage.TYPE_BYTE_GRAY);

        assertThat(refusal(encoding, other))
                .hasMessage("the bytes do not begin like a " + encoding)
                .extracting(UnusableRecordException::reason)
                .isEqualTo(RejectionReason.UNDECODABLE_IMAGE);
    }

    @Test
    void aPngThatIsCutIsRefusedWithASentence() {
        ByteString png = Pictures.png(BufferedImage.TYPE_BYTE_GRAY);
        for (int length = 0; length < 8 + 25 + 20; length++) {
            assertThat(refusal(Encoding.PNG, png.substring(0, length)).getMessage())
                    .as("cut at %d", length)
                    .isNotBlank()
                    .doesNotContain("null");
        }
    }

    @Test
    void aPictureThatIsCutAnywhereIsRefusedOrDecoded() {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_ARGB}) {
            everyLengthOf(Encoding.PNG, Pictures.png(type));
        }
        everyLengthOf(
                Encoding.PNG, Pictures.palettePng("tEXt", "a\0b".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        everyLengthOf(Encoding.JPEG, Pictures.jpeg());
    }

    private static void everyLengthOf(Encoding encoding, ByteString whole) {
        for (int length = 0; length <= whole.size(); length++) {
            refuseOrDecode(encoding, whole.substring(0, length));
        }
    }

    @Test
    void aPictureThatIsDamagedAnywhereIsRefusedOrDecoded() {
        ByteString[] pictures = {
            Pictures.png(BufferedImage.TYPE_BYTE_GRAY),
            Pictures.png(BufferedImage.TYPE_BYTE_INDEXED),
            Pictures.png(BufferedImage.TYPE_USHORT_GRAY),
            Pictures.jpeg()
        };
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = pictures[i % pictures.length].toByteArray();
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            refuseOrDecode(i % pictures.length == 3 ? Encoding.JPEG : Encoding.PNG, ByteString.copyFrom(bytes));
        }
    }

    /** Fails the test with anything but 784 pixels or the one exception that sends a record aside. */
    private static void refuseOrDecode(Encoding encoding, ByteString bytes) {
        try {
            assertThat(decode(encoding, bytes).size()).isEqualTo(PixelDecoder.PIXELS);
        } catch (UnusableRecordException refused) {
            assertThat(refused.reason()).isNotEqualTo(RejectionReason.REJECTION_REASON_UNSPECIFIED);
        }
    }

    private static ByteString decode(Encoding encoding, ByteString bytes) throws UnusableRecordException {
        return PixelDecoder.compressed(encoding, bytes);
    }

    private static UnusableRecordException refusal(Encoding encoding, ByteString bytes) {
        return catchThrowableOfType(UnusableRecordException.class, () -> decode(encoding, bytes));
    }
}
