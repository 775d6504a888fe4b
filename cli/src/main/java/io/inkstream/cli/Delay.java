package io.inkstream.cli;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How much later than its image a label comes. */
sealed interface Delay {
    Delay NONE = new Fixed(Duration.ZERO);

    /**
     * That of one label.
     *
     * @param lot from 0 to 1, 1 excluded: of many labels each gets another one
     */
    Duration of(double lot);

    /** None is shorter. */
    Duration shortest();

    /** The same for all. */
    record Fixed(Duration delay) implements Delay {
        @Override
        public Duration of(double lot) {
            return delay;
        }

        @Override
        public Duration shortest() {
            return delay;
        }
    }

    /** As often one as the other. */
    record Between(Duration shortest, Duration longest) implements Delay {
        @Override
        public Duration of(double lot) {
            return shortest.plusMillis((long) (lot * longest.minus(shortest).toMillis()));
        }
    }

    /** Most come soon and some very late, as with people. */
    record Exponential(Duration mean) implements Delay {
        @Override
        public Duration of(double lot) {
            return Duration.ofMillis((long) (-Math.log1p(-lot) * mean.toMillis()));
        }

        @Override
        public Duration shortest() {
            return Duration.ZERO;
        }
    }

    /** Reads what stands on the command line. */
    final class Converter implements ITypeConverter<Delay> {
        private static final String FORMS = "5s, 0s..10m or exponential:2m";
        private static final Pattern BETWEEN = Pattern.compile("(?<shortest>[^.]+)\\.\\.(?<longest>[^.]+)");
        private static final String EXPONENTIAL = "exponential:";
        private static final Duration LONGEST = Duration.ofDays(30);

        @Override
        public Delay convert(String text) {
            Delay delay = parse(text);
            // Of an exponential delay about the latest of a million.
            if (delay.of(0.999_999).compareTo(LONGEST) > 0) {
                throw new TypeConversionException("'%s' is longer than %d days".formatted(text, LONGEST.toDays()));
            }
            return delay;
        }

        private static Delay parse(String text) {
            if (text.startsWith(EXPONENTIAL)) {
                return new Exponential(time(text, text.substring(EXPONENTIAL.length())));
            }
            Matcher between = BETWEEN.matcher(text);
            if (!between.matches()) {
                return new Fixed(time(text, text));
            }
            List<Duration> ends = List.of(time(text, between.group("shortest")), time(text, between.group("longest")));
            if (ends.get(0).compareTo(ends.get(1)) > 0) {
                throw new TypeConversionException("'%s' ends before it begins".formatted(text));
            }
            return new Between(ends.get(0), ends.get(1));
        }

        private static Duration time(String all, String part) {
            try {
                if (part.matches("\\d*")) {
                    throw new IllegalArgumentException("no unit");
                }
                return TimeUtils.parseDuration(part);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new TypeConversionException("'%s' is no delay; write %s".formatted(all, FORMS));
            }
        }
    }
}
