package io.inkstream.datasets;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** Tells a file's format by its first bytes. */
enum Magic {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    GZIP("\u001f\u008b"),
    ZIP("PK\u0003\u0004"),
    /** Two zero bytes and the code of unsigned bytes; after it comes the number of dimensions. */
    IDX("\0\0\b"),
    NPY("\u0093NUMPY");

    private final ByteString bytes;

    Magic(String bytes) {
        this.bytes = ByteString.copyFrom(bytes, StandardCharsets.ISO_8859_1);
    }

    int length() {
        return bytes.size();
    }

    boolean starts(byte[] head) {
        return head.length >= length() && ByteString.copyFrom(head, 0, length()).equals(bytes);
    }
}
