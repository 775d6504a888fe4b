package io.inkstream.datasets;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The number types that labels and pixels are stored as. */
enum ElementType {
    UINT8(1),
    /** Little-endian; what NumPy makes of Python integers on Windows. */
    INT32(4),
    /** Little-endian; what NumPy makes of Python integers elsewhere. */
    INT64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** The number that exactly {@link #bytes} bytes stand for. */
    long decode(byte[] element) {
        ByteBuffer buffer = ByteBuffer.wrap(element).order(ByteOrder.LITTLE_ENDIAN);
        return switch (this) {
            case UINT8 -> Byte.toUnsignedLong(buffer.get());
            case INT32 -> buffer.getInt();
            case INT64 -> buffer.getLong();
        };
    }
}
