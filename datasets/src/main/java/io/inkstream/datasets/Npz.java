package io.inkstream.datasets;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads a Keras {@code mnist.npz}: a zip of the NumPy arrays x_train, y_train, x_test and y_test. */
final class Npz {
    private Npz() {}

    /** Opens {@code x_<part>} and, where it is there, {@code y_<part>}. */
    static Dataset open(Path file, String part) {
        if (!part.equals("train") && !part.equals("test")) {
            throw new DatasetException(
                    "no part '%s' in %s: write %s#train or %s#test".formatted(part, file, file, file));
        }
        StoredArray images = array(file, "x_" + part)
                .orElseThrow(() -> new DatasetException(
                        "%s has no array x_%s; expected are x_train, y_train, x_test, y_test".formatted(file, part)));
        String noLabels = "no labels in " + file + " (looked for an array y_" + part + ")";
        return ArrayDataset.of(name(file) + "-" + part, images, array(file, "y_" + part), noLabels);
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".npz") ? name.substring(0, name.length() - ".npz".length()) : name;
    }

    /** Reads and checks the header of one array; empty if there is none of that name. */
    private static Optional<StoredArray> array(Path file, String name) {
        String entryName = name + ".npy";
        String place = file + "#" + name;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(entryName);
            if (entry == null) {
                return Optional.empty();
            }
            Npy header;
            try (InputStream in = zip.getInputStream(entry)) {
                header = Npy.read(place, in);
            }
            long elements = StoredArray.bytes(header.type(), header.shape());
            if (elements < 0 || entry.getSize() != header.bytes() + elements) {
                throw new DatasetException(
                        "%s is damaged: its header promises the shape %s, but it has %d bytes; fetch it again"
                                .formatted(place, header.shape(), entry.getSize()));
            }
            return Optional.of(new StoredArray(
                    place, header.type(), header.shape(), () -> elements(file, entryName, header.bytes())));
        } catch (EOFException e) {
            throw new DatasetException(place + " is cut short within its header; fetch it again");
        } catch (IOException e) {
            throw new DatasetException("cannot read " + place, e);
        }
    }

    private static InputStream elements(Path file, String entryName, long headerBytes) throws IOException {
        ZipFile zip = new ZipFile(file.toFile());
        try {
            InputStream in = new Entry(zip, zip.getEntry(entryName));
            in.skipNBytes(headerBytes);
            return in;
        } catch (IOException e) {
            zip.close();
            throw e;
        }
    }

    /** One entry of a zip; it compares the checksum at its end, which ZipFile does not, and closes the zip. */
    private static final class Entry extends CheckedInputStream {
        private final ZipFile zip;
        private final long crc;

        Entry(ZipFile zip, ZipEntry entry) throws IOException {
            super(new BufferedInputStream(zip.getInputStream(entry), 1 << 16), new CRC32());
            this.zip = zip;
            this.crc = entry.getCrc();
        }

        @Override
        public int read() throws IOException {
            return checked(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return checked(super.read(bytes, offset, length));
        }

        private int checked(int read) throws IOException {
            if (read < 0 && getChecksum().getValue() != crc) {
                throw new IOException("its checksum is wrong");
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }
}
