package io.inkstream.datasets;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * An array in a file: its type, its shape, and a way to read its elements from the first on.
 *
 * @param place the file, and the entry in it, for messages
 * @param shape the number of elements in each dimension, outermost first; the last varies fastest
 */
record StoredArray(String place, ElementType type, List<Integer> shape, Opener opener) {
    /** Opens the file and skips to the first element. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** The bytes of so many elements, or -1 if that is more than a long can say. */
    static long bytes(ElementType type, List<Integer> shape) {
        long bytes = type.bytes();
        try {
            for (int length : shape) {
                bytes = Math.multiplyExact(bytes, (long) length);
            }
        } catch (ArithmeticException e) {
            return -1;
        }
        return bytes;
    }

    int length() {
        return shape.get(0);
    }

    InputStream open() {
        try {
            return opener.open();
        } catch (IOException e) {
            throw new DatasetException("cannot read " + place, e);
        }
    }

    /** Reads exactly so many bytes of the element at {@code index}. */
    byte[] read(InputStream in, int bytes, long index) {
        try {
            byte[] read = in.readNBytes(bytes);
            if (read.length < bytes) {
                throw new EOFException("it ends within item " + index + " of " + length());
            }
            return read;
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /** Skips items, to start a slice. */
    void skip(InputStream in, long bytes) {
        try {
            in.skipNBytes(bytes);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /** Reads past the last element: that is also where the checksums are compared. */
    void expectEnd(InputStream in) {
        try {
            if (in.read() >= 0) {
                throw new IOException("it goes on after item " + length() + ", the last its header tells of");
            }
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private DatasetException damaged(IOException cause) {
        return new DatasetException(place + " is damaged or cut short; fetch it again", cause);
    }
}
