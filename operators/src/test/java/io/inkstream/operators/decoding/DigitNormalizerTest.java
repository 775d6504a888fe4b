package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.operators.TestSamples;
import io.inkstream.schemas.v1.RejectionReason;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigitNormalizerTest {
    private static final int WHITE = 255;

    @Test
    void usageExample() throws Exception {
        byte[] pixels = DigitNormalizer.normalize(bar(280, 280, 100, 40, 30, 200, 0, WHITE));

        // A black bar on white, 30 × 200, is 3 × 20 now, light on black, in the middle.
        Ink ink = ink(pixels);
        assertThat(ink.at(14, 14)).isEqualTo(1);
        assertThat(box(pixels)).containsExactly(13, 5, 16, 25);
        assertThat(pixels[0]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 255", "255, 0", "90, 200", "200, 90", "60, 110", "110, 60", "10, 120", "130, 250"})
    void lightAndDarkPaperAreToldApartAndTheDarkestInkIsWhite(int ink, int paper) throws Exception {
        byte[] pixels = DigitNormalizer.normalize(bar(280, 280, 100, 40, 30, 200, ink, paper));

        assertThat(pixels).isEqualTo(DigitNormalizer.normalize(bar(280, 280, 100, 40, 30, 200, 0, WHITE)));
    }

    @ParameterizedTest
    @CsvSource({"20, 20", "300, 90", "90, 300", "1000, 700"})
    void itDoesNotMatterWhereItIsDrawn(int width, int height) throws Exception {
        byte[] here = DigitNormalizer.normalize(bar(width, height, 2, 3, 3, 12, 0, WHITE));
        byte[] there = DigitNormalizer.normalize(bar(width, height, width - 6, height - 16, 3, 12, 0, WHITE));

        assertThat(there).isEqualTo(here);
    }

    @Test
    void theAspectIsKept() throws Exception {
        assertThat(box(DigitNormalizer.normalize(bar(300, 300, 40, 60, 200, 100, 0, WHITE))))
                .containsExactly(5, 10, 25, 20);
    }

    @Test
    void whatIsSmallerThanTheBoxIsEnlarged() throws Exception {
        assertThat(box(DigitNormalizer.normalize(bar(9, 9, 3, 2, 2, 5, WHITE, 0))))
                .containsExactly(11, 5, 19, 25);
    }

    @Test
    void theCentreOfMassIsInTheMiddle() throws Exception {
        // Most of an L's ink is low and left, so it stands high and right of where its box would.
        Ink ink = ink(DigitNormalizer.normalize(lShape(200)));

        assertThat(ink.centerX()).isCloseTo(14.5, within(0.51));
        assertThat(ink.centerY()).isCloseTo(14.5, within(0.51));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6})
    void aThinStrokeIsThickened(int pen) throws Exception {
        Ink ink = ink(DigitNormalizer.normalize(ring(280, 100, pen)));

        assertThat(ink.strokeWidth()).isCloseTo(DigitNormalizer.MIN_STROKE, within(0.5));
        // Wherever one goes out from the middle, one meets solid ink.
        for (int angle = 0; angle < 360; angle += 5) {
            assertThat(alongRay(ink, angle)).isGreaterThan(0.6f);
        }
    }

    @Test
    void aThickStrokeStaysThick() throws Exception {
        assertThat(ink(DigitNormalizer.normalize(ring(280, 100, 50))).strokeWidth())
                .isGreaterThan(3.5);
    }

    @Test
    void grainShadowAndSpecksDoNotCount() throws Exception {
        // Not a ring: its centre is half-way between two pixels, and a grain would tip it to one or the other.
        Picture drawn = lShape(280);
        byte[] clean = DigitNormalizer.normalize(drawn);
        Random random = new Random(1);
        byte[] gray = new byte[drawn.gray().length];
        for (int i = 0; i < gray.length; i++) {
            boolean isSpeck = i / 280 == 20 && i % 280 > 20 && i % 280 < 24;
            double light = 0.75 - 0.2 * (i % 280) / 280;
            double value = (isSpeck ? 0 : drawn.at(i % 280, i / 280)) * light + 20 + 5 * random.nextGaussian();
            gray[i] = (byte) Math.max(0, Math.min(255, value));
        }

        byte[] photo = DigitNormalizer.normalize(new Picture(280, 280, gray, true));

        assertThat(difference(photo, clean)).isLessThan(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 77, 254, 255})
    void nothingIsDrawnOnAnEvenPicture(int paper) {
        for (int side : new int[] {1, 2, 3, 28, 280, 2000}) {
            assertBlank(picture(side, side, paper, i -> -1));
        }
    }

    @Test
    void nothingIsDrawnOnShadowGrainOrFaintMarks() {
        Random random = new Random(1);
        assertBlank(picture(300, 200, 0, i -> 100 + i % 300 / 8));
        assertBlank(picture(200, 200, 0, i -> random.nextInt(256)));
        assertBlank(picture(200, 200, 0, i -> (int) Math.max(0, Math.min(255, 128 + 20 * random.nextGaussian()))));
        assertBlank(bar(280, 280, 100, 40, 30, 200, 235, WHITE));
    }

    @Test
    void aDigitOfMnistComesBackNearlyAsItWas() throws Exception {
        double worst = 0;
        double sum = 0;
        for (int i = 0; i < 400; i++) {
            byte[] digit = TestSamples.pixels(i).toByteArray();
            double difference = difference(DigitNormalizer.normalize(threefold(digit)), digit);
            worst = Math.max(worst, difference);
            sum += difference;
        }

        // Of 255. A digit that is thinner than most comes back thicker, and one that was off the middle in it.
        assertThat(sum / 400).isLessThan(6);
        assertThat(worst).isLessThan(40);
    }

    @ParameterizedTest
    @CsvSource({"4096, 1", "1, 4096", "2, 2", "3, 1", "1, 1", "4096, 1024"})
    void extremeShapesAreRefusedOrNormalized(int width, int height) {
        Random random = new Random(1);
        for (int density : new int[] {2, 10, 1_000, 100_000}) {
            Picture picture = picture(width, height, WHITE, i -> random.nextInt(density) == 0 ? 0 : -1);
            try {
                assertThat(DigitNormalizer.normalize(picture)).hasSize(784);
            } catch (UnusableRecordException refused) {
                assertThat(refused.reason()).isEqualTo(RejectionReason.BLANK_IMAGE);
            }
        }
    }

    /** Dark on light, three times as large, off the middle of 160 × 130. */
    static Picture threefold(byte[] digit) {
        return new Picture(
                160,
                130,
                fill(160, 130, WHITE, i -> {
                    int x = (i % 160 - 60) / 3;
                    int y = (i / 160 - 12) / 3;
                    boolean isInside = i % 160 >= 60 && i / 160 >= 12 && x < 28 && y < 28;
                    return isInside ? WHITE - (digit[y * 28 + x] & 0xFF) : -1;
                }),
                true);
    }

    private static void assertBlank(Picture picture) {
        assertThat(catchThrowableOfType(UnusableRecordException.class, () -> DigitNormalizer.normalize(picture)))
                .hasMessageContaining("nothing is drawn")
                .extracting(UnusableRecordException::reason)
                .isEqualTo(RejectionReason.BLANK_IMAGE);
    }

    private static float alongRay(Ink ink, int angle) {
        float most = 0;
        for (double r = 4; r < 13; r += 0.25) {
            double x = ink.centerX() + r * Math.cos(Math.toRadians(angle));
            double y = ink.centerY() + r * Math.sin(Math.toRadians(angle));
            most = Math.max(most, ink.at((int) x, (int) y));
        }
        return most;
    }

    private static Picture bar(int width, int height, int left, int top, int w, int h, int ink, int paper) {
        return picture(width, height, paper, i -> {
            int x = i % width;
            int y = i / width;
            return x >= left && x < left + w && y >= top && y < top + h ? ink : -1;
        });
    }

    /** From a quarter to three quarters of the side, its strokes a tenth of it wide. */
    private static Picture lShape(int side) {
        return picture(side, side, WHITE, i -> {
            int x = i % side - side / 4;
            int y = i / side - side / 4;
            int pen = side / 10;
            int length = side / 2;
            boolean isInside = x >= 0 && x < length && y >= 0 && y < length;
            return isInside && (x < pen || y >= length - pen) ? 0 : -1;
        });
    }

    private static Picture ring(int side, int radius, int pen) {
        return picture(side, side, WHITE, i -> {
            double x = i % side + 0.5 - side / 2.0;
            int row = i / side;
            double r = Math.hypot(x, row + 0.5 - side / 2.0);
            return Math.abs(r - radius) <= pen / 2.0 ? 0 : -1;
        });
    }

    private static Picture picture(int width, int height, int paper, IntUnaryOperator ink) {
        return new Picture(width, height, fill(width, height, paper, ink), true);
    }

    /** @param ink of each pixel; below 0 where there is none */
    private static byte[] fill(int width, int height, int paper, IntUnaryOperator ink) {
        byte[] gray = new byte[width * height];
        Arrays.fill(gray, (byte) paper);
        for (int i = 0; i < gray.length; i++) {
            int here = ink.applyAsInt(i);
            gray[i] = (byte) (here < 0 ? paper : here);
        }
        return gray;
    }

    private static Ink ink(byte[] pixels) {
        float[] amount = new float[pixels.length];
        for (int i = 0; i < amount.length; i++) {
            amount[i] = (pixels[i] & 0xFF) / 255f;
        }
        return new Ink(28, 28, amount);
    }

    /** Left, top, right, bottom of what is at least half ink. */
    private static int[] box(byte[] pixels) {
        int[] box = {28, 28, 0, 0};
        for (int i = 0; i < pixels.length; i++) {
            if ((pixels[i] & 0xFF) > 127) {
                box[0] = Math.min(box[0], i % 28);
                box[1] = Math.min(box[1], i / 28);
                box[2] = Math.max(box[2], i % 28 + 1);
                box[3] = Math.max(box[3], i / 28 + 1);
            }
        }
        return box;
    }

    /** Mean absolute, of 255. */
    static double difference(byte[] one, byte[] other) {
        int sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xFF) - (other[i] & 0xFF));
        }
        return sum / (double) one.length;
    }
}
