package io.inkstream.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A job's options in a YAML file: one mapping of their long names, without dashes, to single values.
 *
 * <p>Read event by event, so that nothing in it nests, refers or makes an object. It may hold secrets: what is refused is
 * named by key and line, never quoted.
 */
final class ConfigFile implements IDefaultValueProvider {

    static final int MAX_BYTES = 64 << 10;

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final Path file;
    private final CommandLine commandLine;
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(String value, int line) {}

    private ConfigFile(Path file, CommandLine commandLine) {
        this.file = file;
        this.commandLine = commandLine;
    }

    /**
     * Reads the whole file.
     *
     * @param commandLine whose options can be keys
     * @throws IllegalArgumentException for a file that cannot be read or is not such a mapping, and unknown or repeated
     *     keys; with the remedy
     */
    static ConfigFile read(Path file, CommandLine commandLine) {
        ConfigFile config = new ConfigFile(file, commandLine);
        try {
            config.parse(config.text());
        } catch (YamlEngineException e) {
            // Without the cause: its message quotes the file.
            throw config.refused(
                    problemMark(e).map(ConfigFile::lineOf).orElse(1),
                    "this is not YAML; write 'key: value', and put quotes around values with : or # in them");
        }
        return config;
    }

    /** The file's value of an option; null where it has none, as picocli wants it. */
    @Override
    public String defaultValue(ArgSpec arg) {
        Entry entry = arg instanceof OptionSpec option ? entries.get(key(option)) : null;
        return entry == null ? null : entry.value;
    }

    /** Where the file sets an option, for messages; empty where it does not. */
    Optional<String> where(ArgSpec arg) {
        return arg instanceof OptionSpec option && entries.containsKey(key(option))
                ? Optional.of("%s, line %d: ".formatted(file, entries.get(key(option)).line))
                : Optional.empty();
    }

    private String text() {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw refused("there is no such file on this host", e);
        } catch (IOException e) {
            throw refused("cannot be read: " + e, e);
        }
        if (bytes.length > MAX_BYTES) {
            throw refused("has more than %d bytes, far more than all options take: is it the right file?"
                    .formatted(MAX_BYTES));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused("is not text in UTF-8", e);
        }
    }

    private void parse(String text) {
        LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
        Iterator<Event> events = new Parse(settings).parseString(text).iterator();
        events.next();
        if (events.next().getEventId() == Event.ID.StreamEnd) {
            return;
        }
        Event root = events.next();
        if (root.getEventId() != Event.ID.MappingStart) {
            throw refused(lineOf(root), "expected lines such as 'bootstrap-servers: kafka:9092'");
        }
        for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            put(key, events.next());
        }
        events.next();
        if (events.next().getEventId() != Event.ID.StreamEnd) {
            throw refused("has a second document behind '---': give one");
        }
    }

    private void put(Event keyEvent, Event valueEvent) {
        int line = lineOf(keyEvent);
        if (!(keyEvent instanceof ScalarEvent scalar)) {
            throw refused(line, "a key must be the name of an option");
        }
        String key = scalar.getValue();
        if (!knownKeys().contains(key)) {
            throw refused(line, "unknown key '%s'%s".formatted(key, suggestion(key)));
        }
        if (!(valueEvent instanceof ScalarEvent value)) {
            throw refused(line, "'%s' must have a single value; write a list as one, with commas".formatted(key));
        }
        if (value.isPlain()
                ? NULLS.contains(value.getValue())
                : value.getValue().isEmpty()) {
            throw refused(line, "'%s' has no value; leave the line out for the default".formatted(key));
        }
        Entry earlier = entries.putIfAbsent(key, new Entry(value.getValue(), line));
        if (earlier != null) {
            throw refused(line, "'%s' stands in line %d already; remove one of them".formatted(key, earlier.line));
        }
    }

    private Set<String> knownKeys() {
        return keys(commandLine.getCommandSpec());
    }

    /** What can stand in a file for that command: all its options but those that are about the command line itself. */
    static Set<String> keys(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .filter(option -> !option.longestName().equals(ConfigOption.NAME))
                .map(ConfigFile::key)
                .collect(Collectors.toSet());
    }

    private static String key(OptionSpec option) {
        return option.longestName().substring("--".length());
    }

    private String suggestion(String key) {
        return new UnmatchedArgumentException(commandLine, List.of("--" + key))
                .getSuggestions().stream()
                        .map(option -> option.substring("--".length()))
                        .filter(knownKeys()::contains)
                        .findFirst()
                        .map(": did you mean '%s'?"::formatted)
                        .orElse("; --help lists the options");
    }

    private IllegalArgumentException refused(int line, String reason) {
        return new IllegalArgumentException("%s, line %d: %s".formatted(file, line, reason));
    }

    private IllegalArgumentException refused(String reason) {
        return refused(reason, null);
    }

    private IllegalArgumentException refused(String reason, Exception cause) {
        return new IllegalArgumentException("%s %s %s".formatted(ConfigOption.NAME, file, reason), cause);
    }

    private static int lineOf(Event event) {
        return event.getStartMark().map(ConfigFile::lineOf).orElse(1);
    }

    private static Optional<Mark> problemMark(YamlEngineException e) {
        return e instanceof MarkedYamlEngineException marked ? marked.getProblemMark() : Optional.empty();
    }

    private static int lineOf(Mark mark) {
        return mark.getLine() + 1;
    }
}
