package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrayPicturesTest {

    @Test
    void usageExample() throws Exception {
        Picture picture = GrayPictures.of(Pictures.of(Pictures.ramp(), BufferedImage.TYPE_BYTE_GRAY));

        assertThat(picture.gray()).isEqualTo(Pictures.ramp().toByteArray());
        assertThat(picture.plain()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0xFF0000, 76", "0x00FF00, 150", "0x0000FF, 29", "0xFFFFFF, 255", "0x000000, 0"})
    void coloursBecomeTheirLuma(String rgb, int luma) throws Exception {
        BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(3, 5, Integer.decode(rgb));

        assertThat(GrayPictures.of(picture).at(3, 5)).isEqualTo(luma);
    }

    @Test
    void aSinglePixelOfColourOrOfGlassIsNotPlain() throws Exception {
        BufferedImage colored = Pictures.of(Pictures.ramp(), BufferedImage.TYPE_INT_RGB);
        colored.setRGB(27, 27, 0xFFFFFE);
        BufferedImage glass = Pictures.of(Pictures.ramp(), BufferedImage.TYPE_INT_ARGB);
        glass.setRGB(27, 27, 0xFEFFFFFF);

        assertThat(GrayPictures.of(colored).plain()).isFalse();
        assertThat(GrayPictures.of(glass).plain()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0xFF202020, 32, 255", "0xFFE0E0E0, 224, 0"})
    void inkOnGlassLiesOnItsOpposite(String ink, int inkGray, int ground) throws Exception {
        BufferedImage picture = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
        for (int y = 10; y < 30; y++) {
            picture.setRGB(20, y, Long.decode(ink).intValue());
        }

        Picture gray = GrayPictures.of(picture);

        assertThat(gray.at(20, 20)).isEqualTo(inkGray);
        assertThat(gray.at(0, 0)).isEqualTo(ground);
    }

    @Test
    void roundCornersLieOnGroundLikeThePaper() throws Exception {
        BufferedImage picture = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 1600; i++) {
            picture.setRGB(i % 40, i / 40, i / 40 < 3 ? 0 : 0xFFF0F0F0);
        }

        assertThat(GrayPictures.of(picture).at(0, 0)).isEqualTo(255);
    }

    @Test
    void halfTransparentIsMixedWithItsGround() throws Exception {
        BufferedImage picture = new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB);
        picture.setRGB(5, 5, 0x80000000);

        assertThat(GrayPictures.of(picture).at(5, 5)).isEqualTo(127);
    }
}
