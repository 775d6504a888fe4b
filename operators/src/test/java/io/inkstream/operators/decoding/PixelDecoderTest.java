package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
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
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB})
    void aJpegComesOutNearlyAsItWentIn(int type) throws Exception {
        ByteString pixels = decode(Encoding.JPEG, Pictures.encode(Pictures.of(Pictures.ramp(), type), "jpeg"));

        for (int i = 0; i < pixels.size(); i++) {
            assertThat(Math.abs((pixels.byteAt(i) & 0xFF) - (Pictures.ramp().byteAt(i) & 0xFF)))
                    .isLessThan(16);
        }
    }

    @Test
    void grayPixelsOf28By28AreNotEvenCopied() throws Exception {
        Image image = gray(28, 28, Pictures.ramp());

        assertThat(PixelDecoder.decode(image)).isSameAs(image.getPixels());
    }

    @Test
    void grayPixelsOfAnotherSizeAreMadeLikeMnist() throws Exception {
        byte[] bar = new byte[8 * 8];
        for (int y = 1; y < 7; y++) {
            bar[y * 8 + 4] = (byte) 200;
        }

        ByteString pixels = PixelDecoder.decode(gray(8, 8, ByteString.copyFrom(bar)));

        assertThat(pixels.size()).isEqualTo(784);
        assertThat(pixels.byteAt(14 * 28 + 14)).isEqualTo((byte) 255);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 784, 784",
        "784, 0, 784",
        "0, 0, 1",
        "4097, 1, 4097",
        "1, 4097, 4097",
        "65536, 65536, 1",
        "4294967295, 4294967295, 1",
        "28, 27, 784",
        "28, 28, 783",
        "28, 28, 785",
        "1048577, 4096, 1"
    })
    void grayPixelsThatDoNotFitTheirSizeAreRefused(long width, long height, int bytes) {
        Image image = gray((int) width, (int) height, ByteString.copyFrom(new byte[bytes]));

        assertThat(catchThrowableOfType(UnusableRecordException.class, () -> PixelDecoder.decode(image)))
                .hasMessageContaining("%d × %d", width, height)
                .extracting(UnusableRecordException::reason)
                .isEqualTo(RejectionReason.WRONG_SIZE);
    }

    @Test
    void colourIsNotPassedAsItIsAlsoAt28By28() throws Exception {
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB);
        for (int y = 4; y < 24; y++) {
            picture.setRGB(20, y, 0xFF0000);
            picture.setRGB(21, y, 0xFF0000);
        }

        ByteString pixels = decode(Encoding.PNG, Pictures.encode(picture, "png"));

        assertThat(pixels.byteAt(14 * 28 + 20)).isZero();
        assertThat(pixels.byteAt(14 * 28 + 14)).isEqualTo((byte) 255);
    }

    private static Image gray(int width, int height, ByteString pixels) {
        return Image.newBuilder()
                .setEncoding(Encoding.GRAY8)
                .setWidth(width)
                .setHeight(height)
                .setPixels(pixels)
                .build();
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

    private static ByteString decode(Encoding encoding, ByteString bytes) throws UnusableRecordException {
        return PixelDecoder.compressed(encoding, bytes);
    }

    private static UnusableRecordException refusal(Encoding encoding, ByteString bytes) {
        return catchThrowableOfType(UnusableRecordException.class, () -> decode(encoding, bytes));
    }
}
