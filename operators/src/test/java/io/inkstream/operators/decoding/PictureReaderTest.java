package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {
    /** What any record at all may cost while it is read. */
    private static final long MAX_ALLOCATED = 64 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void usageExample() throws Exception {
        Picture picture = PictureReader.read(Encoding.PNG, Pictures.png(BufferedImage.TYPE_BYTE_GRAY));

        assertThat(picture.width()).isEqualTo(28);
        assertThat(picture.gray()).isEqualTo(Pictures.ramp().toByteArray());
    }

    @ParameterizedTest
    @CsvSource({"20000, 20000", "4097, 1", "1, 4097", "2048, 2049", "0, 28", "28, 0", "2147483647, 2147483647"})
    void aSizeBeyondTheLimitsIsRefusedByTheHeaderAlone(int width, int height) {
        // The few bytes behind the header are no such picture: decoding it would have said so.
        assertRefused(Pictures.pngThatClaims(width, height), RejectionReason.WRONG_SIZE, width + " × " + height);
    }

    @Test
    void aJpegsSizeIsReadBeforeItIsDecodedToo() {
        ByteString jpeg = Pictures.jpeg();
        int frame = indexOf(jpeg, 0xC0);
        byte[] bytes = jpeg.toByteArray();
        bytes[frame + 5] = (byte) 0xFF;
        bytes[frame + 7] = (byte) 0xFF;

        assertRefused(ByteString.copyFrom(bytes), RejectionReason.WRONG_SIZE, "at most 4194304");
    }

    @Test
    void aHeaderThatClaims28By28OverNothingIsNoPicture() {
        assertRefused(Pictures.pngThatClaims(28, 28), RejectionReason.UNDECODABLE_IMAGE, "cannot be decoded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zTXt", "iTXt", "iCCP", "tEXt"})
    void whatIsNoPictureInAPngIsNotInflated(String chunk) throws Exception {
        ByteString png = Pictures.palettePng(chunk, Pictures.textBomb(256));
        assertThat(png.size()).isLessThan(RecordDecoder.MAX_VALUE_BYTES);
        long before = THREADS.getCurrentThreadAllocatedBytes();

        assertThat(PictureReader.read(Encoding.PNG, png).at(0, 0)).isEqualTo(10);

        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }

    @Test
    void theLargestPicturesCostBoundedMemory() throws Exception {
        for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_GRAY}) {
            BufferedImage largest = new BufferedImage(2048, 2048, type);
            for (int i = 100; i < 1000; i++) {
                largest.setRGB(i, 500, 0xFFFFFFFF);
            }
            assertBounded(Encoding.PNG, Pictures.encode(largest, "png"));
        }
        BufferedImage photo = new BufferedImage(4096, 1024, BufferedImage.TYPE_INT_RGB);
        assertBounded(Encoding.JPEG, Pictures.encode(photo, "jpeg"));
        assertBounded(Encoding.PNG, Pictures.deepPng(2048, 2048));
    }

    private static void assertBounded(Encoding encoding, ByteString bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        refuseOrDecode(encoding, bytes);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    }

    @Test
    void anAnimatedPngIsRefusedWithTheRemedy() {
        assertRefused(
                Pictures.palettePng("acTL", new byte[8]), RejectionReason.UNSUPPORTED_ENCODING, "one of its pictures");
    }

    @Test
    void aChunkThatIsNeededButUnknownIsRefused() {
        assertRefused(Pictures.palettePng("CgBI", new byte[4]), RejectionReason.UNDECODABLE_IMAGE, "CgBI");
    }

    @ParameterizedTest
    @CsvSource({"4, CMYK", "2, 2 components"})
    void aJpegOfOtherComponentsIsRefusedWithTheRemedy(int components, String because) {
        byte[] bytes = Pictures.jpeg().toByteArray();
        bytes[indexOf(Pictures.jpeg(), 0xC0) + 9] = (byte) components;

        assertRefused(ByteString.copyFrom(bytes), RejectionReason.UNSUPPORTED_ENCODING, because);
        assertRefused(ByteString.copyFrom(bytes), RejectionReason.UNSUPPORTED_ENCODING, "convert it to PNG");
    }

    @Test
    void aJpegWithMoreScansThanEncodersMakeIsRefused() throws Exception {
        ByteString jpeg = Pictures.progressiveJpeg();
        int first = indexOf(jpeg, 0xDA);
        // Progressive encoders open with all colours' first bits: that scan once more and once more.
        ByteString scan = jpeg.substring(first, first + 2 + 8 + 4);
        assertThat(PictureReader.read(Encoding.JPEG, jpeg).width()).isEqualTo(28);

        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.writeBytes(jpeg.substring(0, first).toByteArray());
        for (int i = 0; i <= JpegCheck.MAX_SCANS; i++) {
            many.writeBytes(scan.toByteArray());
        }
        many.writeBytes(jpeg.substring(first).toByteArray());

        assertRefused(ByteString.copyFrom(many.toByteArray()), RejectionReason.UNDECODABLE_IMAGE, "32 scans");
    }

    @Test
    void whatIsCutAnywhereIsRefused() {
        ByteString[] pictures = {
            Pictures.png(BufferedImage.TYPE_BYTE_GRAY), Pictures.png(BufferedImage.TYPE_INT_ARGB), Pictures.jpeg()
        };
        for (ByteString picture : pictures) {
            for (int length = 8; length < picture.size(); length++) {
                assertRefused(picture.substring(0, length), RejectionReason.UNDECODABLE_IMAGE, "cut");
            }
        }
    }

    @Test
    void aJpegWhosePixelsEndEarlyIsRefusedThoughItHasAnEnd() {
        ByteString jpeg = Pictures.jpeg();
        ByteString gap = jpeg.substring(0, indexOf(jpeg, 0xDA) + 40).concat(jpeg.substring(jpeg.size() - 2));

        assertRefused(gap, RejectionReason.UNDECODABLE_IMAGE, "JPEG");
    }

    @Test
    void aPngWhoseBytesWereFlippedIsRefused() {
        byte[] png = Pictures.png(BufferedImage.TYPE_BYTE_GRAY).toByteArray();
        for (int at = 24; at < png.length - 12; at++) {
            byte[] flipped = png.clone();
            flipped[at] ^= 0x10;
            assertRefused(ByteString.copyFrom(flipped), RejectionReason.UNDECODABLE_IMAGE, "PNG");
        }
    }

    @Test
    void whateverComesIsRefusedOrDecodedInBoundedMemory() throws Exception {
        ByteString[] pictures = {
            Pictures.png(BufferedImage.TYPE_BYTE_GRAY),
            Pictures.png(BufferedImage.TYPE_BYTE_INDEXED),
            Pictures.png(BufferedImage.TYPE_USHORT_GRAY),
            Pictures.palettePng("tRNS", new byte[] {1}),
            Pictures.jpeg(),
            Pictures.progressiveJpeg()
        };
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            int chosen = i % pictures.length;
            byte[] bytes = pictures[chosen].toByteArray();
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                bytes[random.nextInt(random.nextInt(3) == 0 ? 64 : bytes.length)] = (byte) random.nextInt(256);
            }
            // Half of them with checksums that are right, or nearly none would come as far as the decoder.
            ByteString damaged = ByteString.copyFrom(bytes);
            assertBounded(
                    chosen < 4 ? Encoding.PNG : Encoding.JPEG,
                    chosen < 4 && random.nextBoolean() ? Pictures.withChecksums(damaged) : damaged);
        }
    }

    /** Fails the test with anything but 784 pixels or the one exception that sends a record aside. */
    private static void refuseOrDecode(Encoding encoding, ByteString bytes) {
        try {
            assertThat(PixelDecoder.compressed(encoding, bytes).size()).isEqualTo(PixelDecoder.PIXELS);
        } catch (UnusableRecordException refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("null");
        }
    }

    private static void assertRefused(ByteString bytes, RejectionReason reason, String because) {
        assertThat(catchThrowableOfType(
                        UnusableRecordException.class, () -> PictureReader.read(Magic.encoding(bytes), bytes)))
                .hasMessageContaining(because)
                .extracting(UnusableRecordException::reason)
                .isEqualTo(reason);
    }

    private static int indexOf(ByteString jpeg, int marker) {
        int at = 0;
        while (jpeg.byteAt(at) != (byte) 0xFF || jpeg.byteAt(at + 1) != (byte) marker) {
            at++;
        }
        return at;
    }
}
