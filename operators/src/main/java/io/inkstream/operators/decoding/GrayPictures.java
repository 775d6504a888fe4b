package io.inkstream.operators.decoding;

import io.inkstream.schemas.v1.RejectionReason;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Makes grey of what ImageIO has decoded: luma by ITU-R BT.601, what JPEG itself uses; of grey exactly its samples, of 16
 * bits the upper 8. Whatever is transparent lies on a ground of its own choice, see {@link #ground}.
 */
final class GrayPictures {
    private static final int OPAQUE = 255;

    private final int width;
    private final int height;
    private final byte[] gray;
    /** Null where all is opaque. */
    private byte[] alpha;

    private boolean colored;

    private GrayPictures(BufferedImage picture) {
        width = picture.getWidth();
        height = picture.getHeight();
        gray = new byte[width * height];
    }

    static Picture of(BufferedImage picture) throws UnusableRecordException {
        GrayPictures pictures = new GrayPictures(picture);
        if (picture.getColorModel() instanceof IndexColorModel palette) {
            pictures.lookUp(picture.getRaster(), palette);
        } else {
            pictures.copy(picture);
        }
        boolean plain = pictures.alpha == null && !pictures.colored;
        pictures.layOnGround();
        return new Picture(pictures.width, pictures.height, pictures.gray, plain);
    }

    private void lookUp(Raster raster, IndexColorModel palette) {
        int[] colors = new int[1 << palette.getPixelSize()];
        palette.getRGBs(colors);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                int color = colors[row[x]];
                put(y * width + x, (color >> 16) & 0xFF, (color >> 8) & 0xFF, color & 0xFF);
                putAlpha(y * width + x, color >>> 24);
            }
        }
    }

    /** Not through getRGB: it takes stored grey for linear light and makes it brighter. */
    private void copy(BufferedImage picture) throws UnusableRecordException {
        Raster raster = picture.getRaster();
        int bands = raster.getNumBands();
        int colors = picture.getColorModel().getNumColorComponents();
        boolean hasAlpha = picture.getColorModel().hasAlpha();
        if ((colors != 1 && colors != 3) || bands != colors + (hasAlpha ? 1 : 0)) {
            throw new UnusableRecordException(
                    RejectionReason.UNSUPPORTED_ENCODING,
                    "a picture of %d components is not read: convert it to grey or RGB".formatted(bands));
        }
        int shift = picture.getColorModel().getComponentSize(0) - 8;
        int[] row = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int at = x * bands;
                int last = at + colors - 1;
                put(y * width + x, row[at] >> shift, row[Math.min(at + 1, last)] >> shift, row[last] >> shift);
                if (hasAlpha) {
                    putAlpha(y * width + x, row[last + 1] >> shift);
                }
            }
        }
    }

    private void put(int pixel, int red, int green, int blue) {
        colored |= red != green || green != blue;
        gray[pixel] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
    }

    private void putAlpha(int pixel, int value) {
        if (value == OPAQUE && alpha == null) {
            return;
        }
        if (alpha == null) {
            alpha = new byte[gray.length];
            Arrays.fill(alpha, (byte) OPAQUE);
        }
        alpha[pixel] = (byte) value;
    }

    private void layOnGround() {
        if (alpha == null) {
            return;
        }
        int ground = ground();
        for (int i = 0; i < gray.length; i++) {
            int seen = alpha[i] & 0xFF;
            gray[i] = (byte) (((gray[i] & 0xFF) * seen + ground * (OPAQUE - seen) + OPAQUE / 2) / OPAQUE);
        }
    }

    /**
     * Where most is transparent, what is seen is ink, and the ground is what differs from it: white below dark ink, black
     * below light ink. Where little is, as at round corners, what is seen is paper, and the ground is like it.
     */
    private int ground() {
        long sum = 0;
        long weights = 0;
        for (int i = 0; i < gray.length; i++) {
            weights += alpha[i] & 0xFF;
            sum += (gray[i] & 0xFF) * (long) (alpha[i] & 0xFF);
        }
        boolean dark = sum < weights * 128;
        boolean isInk = weights < gray.length * 128L;
        return dark == isInk ? 255 : 0;
    }
}
