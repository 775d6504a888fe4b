package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which versions a user means: {@code 7}, {@code 3..7}, {@code 3..newest}, {@code live} or {@code newest}. */
sealed interface VersionChoice {

    /** What stands on the command line. */
    String LABEL = "N|FROM..TO|live|newest";

    /** Where only one version makes sense. */
    String ONE = "N|live|newest";

    record Range(long from, long to) implements VersionChoice {}

    record Live() implements VersionChoice {}

    record Newest() implements VersionChoice {}

    /** For picocli. */
    final class Converter implements ITypeConverter<VersionChoice> {
        private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}|newest))?");

        @Override
        public VersionChoice convert(String text) {
            Matcher range = RANGE.matcher(text);
            if (text.equals("live")) {
                return new Live();
            } else if (text.equals("newest")) {
                return new Newest();
            } else if (range.matches()) {
                return new Range(Long.parseLong(range.group(1)), end(range));
            }
            throw new TypeConversionException(
                    "'" + text + "' is no version: give a number, live, newest, or a range such as 3..7");
        }

        private static long end(Matcher range) {
            String to = range.group(2) == null ? range.group(1) : range.group(2);
            return to.equals("newest") ? Long.MAX_VALUE : Long.parseLong(to);
        }
    }

    /** For picocli, where only one version makes sense. */
    final class OneConverter implements ITypeConverter<VersionChoice> {
        private static final Pattern ONE = Pattern.compile("\\d{1,18}|live|newest");

        @Override
        public VersionChoice convert(String text) {
            if (!ONE.matcher(text).matches()) {
                throw new TypeConversionException("'" + text + "' is no version: give a number, live or newest");
            }
            return new Converter().convert(text);
        }
    }

    /**
     * The one version that {@link OneConverter} lets through.
     *
     * @throws CliException as below
     */
    default ModelVersion one(ModelRegistry registry, String model) {
        return of(registry, model).get(0);
    }

    /**
     * The versions, ascending; of a range those that there are.
     *
     * @throws CliException where there is none, with those that there are
     */
    default List<ModelVersion> of(ModelRegistry registry, String model) {
        List<Long> existing = registry.versions();
        if (existing.isEmpty()) {
            throw new CliException(
                    "no version of the model %s has been published (--model, --zookeeper)".formatted(model));
        }
        long newest = existing.get(existing.size() - 1);
        Range range = range(registry, model, newest);
        List<ModelVersion> chosen = new ArrayList<>();
        existing.stream()
                .filter(number -> range.from() <= number && number <= range.to())
                .forEach(number -> registry.version(number).ifPresent(chosen::add));
        if (chosen.isEmpty()) {
            throw new CliException("the model %s has no version %s; there are: %s"
                    .formatted(
                            model, range.from() == range.to() ? range.from() : "in that range", shortList(existing)));
        }
        return chosen;
    }

    private Range range(ModelRegistry registry, String model, long newest) {
        if (this instanceof Range range) {
            return range;
        }
        long number = this instanceof Newest
                ? newest
                : registry.live()
                        .map(LivePointer::getVersion)
                        .orElseThrow(() -> new CliException("no version of the model %s is live yet".formatted(model)));
        return new Range(number, number);
    }

    /** {@code 1..3, 5} for 1, 2, 3, 5. */
    static String shortList(List<Long> ascending) {
        List<String> runs = new ArrayList<>();
        for (int first = 0, last; first < ascending.size(); first = last + 1) {
            last = first;
            while (last + 1 < ascending.size() && ascending.get(last + 1) == ascending.get(last) + 1) {
                last++;
            }
            long from = ascending.get(first);
            long to = ascending.get(last);
            runs.add(from == to ? "" + from : from + ".." + to);
        }
        return String.join(", ", runs);
    }
}
