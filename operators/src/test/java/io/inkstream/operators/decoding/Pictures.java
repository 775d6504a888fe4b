package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures to decode, good and hostile. */
final class Pictures {
    static final int SIDE = 28;

    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private Pictures() {}

    /** Every grey value from 0 to 255 at least three times. */
    static ByteString ramp() {
        byte[] pixels = new byte[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 255 / (pixels.length - 1));
        }
        return ByteString.copyFrom(pixels);
    }

    static BufferedImage of(ByteString gray, int type) {
        BufferedImage picture = new BufferedImage(SIDE, SIDE, type);
        for (int i = 0; i < gray.size(); i++) {
            int value = gray.byteAt(i) & 0xFF;
            if (type == BufferedImage.TYPE_BYTE_GRAY) {
                picture.getRaster().setSample(i % SIDE, i / SIDE, 0, value);
            } else if (type == BufferedImage.TYPE_USHORT_GRAY) {
                picture.getRaster().setSample(i % SIDE, i / SIDE, 0, value * 257);
            } else {
                picture.setRGB(i % SIDE, i / SIDE, 0xFF000000 | value * 0x010101);
            }
        }
        return picture;
    }

    /** Grey with an opaque alpha channel. */
    static BufferedImage grayAlpha(ByteString gray) {
        var model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY),
                true,
                false,
                BufferedImage.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(SIDE, SIDE);
        for (int i = 0; i < gray.size(); i++) {
            raster.setSample(i % SIDE, i / SIDE, 0, gray.byteAt(i) & 0xFF);
            raster.setSample(i % SIDE, i / SIDE, 1, 255);
        }
        return new BufferedImage(model, raster, false, null);
    }

    static ByteString encode(BufferedImage picture, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, format, out)) {
                throw new IllegalArgumentException("no writer for this picture as " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(out.toByteArray());
    }

    static ByteString png(int type) {
        return encode(of(ramp(), type), "png");
    }

    static ByteString jpeg() {
        return encode(of(ramp(), BufferedImage.TYPE_BYTE_GRAY), "jpeg");
    }

    /** A palette picture, all of one colour, with the given chunk among its own. */
    static ByteString palettePng(String chunk, byte[] content) {
        return pngOf(
                header(SIDE, SIDE, 8, 3),
                chunk("PLTE", new byte[] {10, 10, 10, 20, 20, 20}),
                chunk(chunk, content),
                chunk("IDAT", deflated(new byte[SIDE * (SIDE + 1)])),
                chunk("IEND", new byte[0]));
    }

    /** A header, and next to nothing after it. */
    static ByteString pngThatClaims(int width, int height) {
        return pngOf(header(width, height, 8, 0), chunk("IDAT", deflated(new byte[100])), chunk("IEND", new byte[0]));
    }

    /** The largest in memory: four components of 16 bits, all zero. */
    static ByteString deepPng(int width, int height) {
        return pngOf(
                header(width, height, 16, 6),
                chunk("IDAT", deflated(new byte[height * (1 + 8 * width)])),
                chunk("IEND", new byte[0]));
    }

    static ByteString progressiveJpeg() throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam progressive = writer.getDefaultWriteParam();
        progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(of(ramp(), BufferedImage.TYPE_BYTE_GRAY), null, null), progressive);
        } finally {
            writer.dispose();
        }
        return ByteString.copyFrom(out.toByteArray());
    }

    /** The PNG with the checksum that each chunk should have, as far as it has chunks. */
    static ByteString withChecksums(ByteString png) {
        ByteBuffer bytes = ByteBuffer.wrap(png.toByteArray());
        int at = PNG_MAGIC.length;
        while (bytes.limit() - at >= 12 && bytes.getInt(at) >= 0 && bytes.getInt(at) <= bytes.limit() - at - 12) {
            int length = bytes.getInt(at);
            CRC32 crc = new CRC32();
            crc.update(bytes.array(), at + 4, length + 4);
            bytes.putInt(at + 8 + length, (int) crc.getValue());
            at += length + 12;
        }
        return ByteString.copyFrom(bytes.array());
    }

    private static byte[] header(int width, int height, int bits, int colorType) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(width);
            out.writeInt(height);
            out.write(new byte[] {(byte) bits, (byte) colorType, 0, 0, 0});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return chunk("IHDR", bytes.toByteArray());
    }

    private static ByteString pngOf(byte[]... chunks) {
        ByteString png = ByteString.copyFrom(PNG_MAGIC);
        for (byte[] chunk : chunks) {
            png = png.concat(ByteString.copyFrom(chunk));
        }
        return png;
    }

    private static byte[] chunk(String name, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(ISO_8859_1));
        crc.update(content);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(content.length);
            out.writeBytes(name);
            out.write(content);
            out.writeInt((int) crc.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] deflated(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
            deflater.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The content of a zTXt chunk that inflates to so many mebibytes. */
    static byte[] textBomb(int mebibytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("bomb\0\0".getBytes(ISO_8859_1));
        byte[] mebibyte = new byte[1 << 20];
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
            for (int i = 0; i < mebibytes; i++) {
                deflater.write(mebibyte);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
