package io.inkstream.datasets;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads IDX, the format MNIST is published in: two zero bytes, a type, the number of dimensions, the dimensions as
 * big-endian 32-bit integers, the elements; gzipped or not. See "The IDX file format" at the end of LeCun's MNIST page.
 */
final class Idx {
    /** Deflate's best: 258 bytes for two bits. A header that promises more than this lies. */
    private static final long LARGEST_GZIP_RATIO = 1032;

    private static final Pattern IMAGES = Pattern.compile("(?<prefix>.*)-images(?<dot>[-.])idx3-ubyte(\\.gz)?");
    private static final Pattern LABELS = Pattern.compile(".*-labels[-.]idx1-ubyte(\\.gz)?");

    private Idx() {}

    /** Opens what {@code prefix-images-idx3-ubyte} and its variants name. */
    static Dataset openPrefix(Path prefix) {
        List<Path> candidates = Stream.of("-images-idx3-ubyte", "-images.idx3-ubyte")
                .flatMap(end -> variants(prefix, prefix.getFileName() + end))
                .toList();
        Path images = candidates.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> {
                    String lookedFor = candidates.stream()
                            .map(c -> c.getFileName().toString())
                            .collect(Collectors.joining(", "));
                    return new DatasetException("not found: " + prefix + " (nor, as an IDX prefix, " + lookedFor + ")");
                });
        return openImages(images);
    }

    /** Opens an images file, and the labels beside it if it is named in the usual way and has any. */
    static Dataset openImages(Path file) {
        String fileName = file.getFileName().toString();
        if (LABELS.matcher(fileName).matches()) {
            throw new DatasetException(file + " holds labels; give the images file, its labels are found beside it");
        }
        StoredArray images = read(file, 3);
        Matcher usual = IMAGES.matcher(fileName);
        if (!usual.matches()) {
            String noLabels = "no labels for " + file
                    + ": they are looked for beside a file named <prefix>-images-idx3-ubyte, with or without .gz";
            return ArrayDataset.of(fileName, images, Optional.empty(), noLabels);
        }
        String labelsName = usual.group("prefix") + "-labels" + usual.group("dot") + "idx1-ubyte";
        Optional<Path> labels =
                variants(file, labelsName).filter(Files::isRegularFile).findFirst();
        String noLabels = "no labels beside " + file + " (looked for " + labelsName + " and " + labelsName + ".gz)";
        return ArrayDataset.of(usual.group("prefix"), images, labels.map(found -> read(found, 1)), noLabels);
    }

    private static Stream<Path> variants(Path sibling, String name) {
        return Stream.of(name, name + ".gz").map(sibling::resolveSibling);
    }

    /** Reads and checks the header. */
    static StoredArray read(Path file, int dimensions) {
        try (InputStream in = decompressed(file)) {
            List<Integer> shape = header(file, new DataInputStream(in), dimensions);
            checkLength(file, shape);
            int headerBytes = 4 + 4 * dimensions;
            return new StoredArray(file.toString(), ElementType.UINT8, shape, () -> elements(file, headerBytes));
        } catch (EOFException e) {
            throw new DatasetException(file + " is cut short within its header; fetch it again");
        } catch (IOException e) {
            throw new DatasetException("cannot read " + file, e);
        }
    }

    private static List<Integer> header(Path file, DataInputStream in, int dimensions) throws IOException {
        byte[] magic = new byte[Magic.IDX.length()];
        in.readFully(magic);
        if (!Magic.IDX.starts(magic)) {
            throw new DatasetException(file + " is no IDX file of unsigned bytes (it begins otherwise than 00 00 08)");
        }
        int found = in.readUnsignedByte();
        if (found != dimensions) {
            throw new DatasetException("%s holds an array of %d dimensions where %d are expected (images 3, labels 1)"
                    .formatted(file, found, dimensions));
        }
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            int length = in.readInt();
            if (length < 0) {
                throw new DatasetException(file + " is damaged: its header has a negative size; fetch it again");
            }
            shape.add(length);
        }
        return List.copyOf(shape);
    }

    /** A plain file's length is known; of a gzipped one it is known what it cannot be. */
    private static void checkLength(Path file, List<Integer> shape) throws IOException {
        long elements = StoredArray.bytes(ElementType.UINT8, shape);
        long present = Files.size(file);
        boolean fits = gzipped(file)
                ? elements >= 0 && elements / LARGEST_GZIP_RATIO <= present
                : elements >= 0 && present == elements + 4 + 4L * shape.size();
        if (!fits) {
            throw new DatasetException(
                    "%s is damaged or cut short: its header promises %s bytes, the file has %d; fetch it again"
                            .formatted(
                                    file,
                                    shape.stream().map(String::valueOf).collect(Collectors.joining(" × ")),
                                    present));
        }
    }

    private static InputStream elements(Path file, int headerBytes) throws IOException {
        InputStream in = decompressed(file);
        try {
            in.skipNBytes(headerBytes);
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static InputStream decompressed(Path file) throws IOException {
        boolean gzipped = gzipped(file);
        InputStream in = Files.newInputStream(file);
        try {
            return new BufferedInputStream(gzipped ? new GZIPInputStream(in, 1 << 16) : in, 1 << 16);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static boolean gzipped(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Magic.GZIP.starts(in.readNBytes(Magic.GZIP.length()));
        }
    }
}
