package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import java.util.Map;
import java.util.Optional;

/** Tells the format of a picture by the bytes it begins with. */
final class Magic {
    private static final ByteString PNG = latin1("\u0089PNG\r\n\u001a\n");
    private static final ByteString JPEG = latin1("\u00ff\u00d8\u00ff");
    /** Of ISO media files, at byte 8, behind {@code ftyp}: the brands of HEIC and AVIF. */
    private static final Map<String, String> BRANDS = Map.of(
            "heic", "HEIC", "heix", "HEIC", "hevc", "HEIC", "heim", "HEIC", "heis", "HEIC", "mif1", "HEIC", "msf1",
            "HEIC", "avif", "AVIF", "avis", "AVIF");

    private Magic() {}

    /** PNG or JPEG; {@link Encoding#ENCODING_UNSPECIFIED} for anything else. */
    static Encoding encoding(ByteString bytes) {
        if (bytes.startsWith(PNG)) {
            return Encoding.PNG;
        }
        return bytes.startsWith(JPEG) ? Encoding.JPEG : Encoding.ENCODING_UNSPECIFIED;
    }

    /** The name of a common format that is not read, where the bytes begin like one. */
    static Optional<String> foreign(ByteString bytes) {
        // By the first byte alone nearly all that is no picture is told, without looking on.
        String name = switch (bytes.isEmpty() ? -1 : bytes.byteAt(0)) {
            case 'G' -> starts(bytes, "GIF87a") || starts(bytes, "GIF89a") ? "GIF" : "";
            case 'R' -> starts(bytes, "RIFF") && at(bytes, 8, 4).equals("WEBP") ? "WebP" : "";
            case 'I' -> starts(bytes, "II*\0") ? "TIFF" : "";
            case 'M' -> starts(bytes, "MM\0*") ? "TIFF" : "";
            case '%' -> starts(bytes, "%PDF-") ? "PDF" : "";
            // Two letters are few: the reserved zeros behind the size make it sure.
            case 'B' -> starts(bytes, "BM") && at(bytes, 6, 4).equals("\0\0\0\0") ? "BMP" : "";
            case 0 -> at(bytes, 4, 4).equals("ftyp") ? BRANDS.getOrDefault(at(bytes, 8, 4), "") : "";
            default -> "";
        };
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    private static boolean starts(ByteString bytes, String magic) {
        return at(bytes, 0, magic.length()).equals(magic);
    }

    /** Empty where the bytes end before. */
    private static String at(ByteString bytes, int from, int length) {
        return bytes.size() < from + length
                ? ""
                : bytes.substring(from, from + length).toString(ISO_8859_1);
    }

    private static ByteString latin1(String text) {
        return ByteString.copyFrom(text, ISO_8859_1);
    }
}
