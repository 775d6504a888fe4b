package io.inkstream.cli;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Words, times and ages as they fit into the columns of a terminal. */
final class Plain {
    /** What a line may be wide. */
    static final int WIDTH = 80;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Plain() {}

    /** In one line, and without what would steer the terminal: anybody may have written it. */
    static String line(String words) {
        return words.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** As {@link #line}, at most so many characters. */
    static String cut(String words, int width) {
        String line = line(words);
        if (line.codePointCount(0, line.length()) <= width) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
    }

    /** As {@link #line}, in lines of at most so many characters, broken at spaces where there are any. */
    static List<String> wrap(String words, int width) {
        List<String> lines = new ArrayList<>();
        String rest = line(words).strip();
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > 0 ? space : Character.isHighSurrogate(rest.charAt(width - 1)) ? width - 1 : width;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    /** In UTC, to the second. */
    static String time(Timestamp timestamp) {
        return TIME.format(Instant.ofEpochMilli(Timestamps.toMillis(timestamp)));
    }

    /** {@code 12s}, {@code 5m}, {@code 3h} or {@code 2d}, cut off; nothing is younger than {@code 0s}. */
    static String age(Timestamp since, Instant now) {
        return length(Duration.between(Instant.ofEpochMilli(Timestamps.toMillis(since)), now));
    }

    static String length(Duration time) {
        if (time.toMinutes() < 1) {
            return Math.max(0, time.toSeconds()) + "s";
        } else if (time.toHours() < 1) {
            return time.toMinutes() + "m";
        } else if (time.toDays() < 1) {
            return time.toHours() + "h";
        }
        return time.toDays() + "d";
    }

    static String count(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
