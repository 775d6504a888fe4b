package io.inkstream.datasets;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an NPY file: element type and shape.
 *
 * <p>Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays", versions 1 to 3. The header is a
 * Python dictionary; it is matched, never evaluated.
 *
 * @param bytes how long the header is, magic number included: the elements begin there
 */
record Npy(ElementType type, List<Integer> shape, long bytes) {
    private static final int LONGEST_HEADER = 1 << 16;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'(?<descr>[^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(?<fortran>True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\((?<shape>[\\d\\s,]*)\\)");

    /** Reads a header and leaves the stream at the first element. */
    static Npy read(String place, InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        byte[] magic = new byte[Magic.NPY.length()];
        in.readFully(magic);
        int major = in.readUnsignedByte();
        in.readUnsignedByte();
        if (!Magic.NPY.starts(magic) || major < 1 || major > 3) {
            throw new DatasetException(place + " is no NumPy array of format 1 to 3");
        }
        int lengthBytes = major == 1 ? 2 : 4;
        long length = 0;
        for (int i = 0; i < lengthBytes; i++) {
            length |= (long) in.readUnsignedByte() << (8 * i);
        }
        if (length > LONGEST_HEADER) {
            throw new DatasetException(
                    "%s has a header of %d bytes; at most %d are read".formatted(place, length, LONGEST_HEADER));
        }
        byte[] header = new byte[(int) length];
        in.readFully(header);
        return parse(place, new String(header, StandardCharsets.UTF_8), magic.length + 2 + lengthBytes + length);
    }

    private static Npy parse(String place, String header, long bytes) {
        ElementType type = type(place, find(place, DESCR, "descr", header));
        if (find(place, FORTRAN, "fortran", header).equals("True")) {
            throw new DatasetException(place + " is in Fortran order; save it with numpy.ascontiguousarray");
        }
        List<Integer> shape = new ArrayList<>();
        for (String length : find(place, SHAPE, "shape", header).split(",", -1)) {
            if (!length.isBlank()) {
                shape.add(number(place, length.strip()));
            }
        }
        return new Npy(type, List.copyOf(shape), bytes);
    }

    private static String find(String place, Pattern pattern, String group, String header) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new DatasetException(place + " has a header without " + group + ", or one that is not understood");
        }
        return matcher.group(group);
    }

    private static ElementType type(String place, String descr) {
        return switch (descr) {
            case "|u1", "<u1", "u1" -> ElementType.UINT8;
            case "<i4" -> ElementType.INT32;
            case "<i8" -> ElementType.INT64;
            default ->
                throw new DatasetException(
                        "%s has elements of type %s; save it with .astype('uint8')".formatted(place, descr));
        };
    }

    private static int number(String place, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new DatasetException(place + " has a dimension that is too large: " + digits);
        }
    }
}
