package io.inkstream.datasets;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes small data sets, right ones and wrong ones. */
final class TestFiles {
    /** The real digits that come with Inkstream. */
    static final Path SAMPLES = Path.of(System.getProperty("basedir", ".")).resolve("../samples");

    private TestFiles() {}

    /** An IDX file: the header for {@code shape}, and whatever bytes follow it. */
    static byte[] idx(byte[] elements, int... shape) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0x0800 | shape.length);
            for (int length : shape) {
                out.writeInt(length);
            }
            out.write(elements);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** An NPY file of format 1. */
    static byte[] npy(String descr, boolean fortran, String shape, byte[] elements) {
        String header = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n"
                .formatted(descr, fortran ? "True" : "False", shape);
        ByteBuffer npy = ByteBuffer.allocate(10 + header.length() + elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("\u0093NUMPY\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.ISO_8859_1))
                .put(elements);
        return npy.array();
    }

    static byte[] npyImages(int count) {
        return npy("|u1", false, count + ", 28, 28", counting(count * 784));
    }

    static Path npz(Path file, Map<String, byte[]> arrays) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                out.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                out.write(array.getValue());
                out.closeEntry();
            }
        }
        return file;
    }

    /** 0, 1, 2, … 255, 0, … */
    static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** Three images of 2 × 3 pixels as {@code <name>-images-idx3-ubyte}, labelled 7, 0 and 9; returns the prefix. */
    static Path threeImages(Path folder, String name) throws IOException {
        Files.write(folder.resolve(name + "-images-idx3-ubyte"), idx(counting(18), 3, 2, 3));
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), idx(new byte[] {7, 0, 9}, 3));
        return folder.resolve(name);
    }
}
