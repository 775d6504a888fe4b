package io.inkstream.cli;

import java.util.Locale;
import org.apache.logging.log4j.Level;
import picocli.CommandLine.TypeConversionException;

/** Reads the level of {@code --log-level}. */
final class LogLevels {
    private LogLevels() {}

    static Level parse(String name) {
        Level level = Level.getLevel(name.toUpperCase(Locale.ROOT));
        if (level == null) {
            throw new TypeConversionException("'" + name + "' is no level: error, warn, info, debug or trace");
        }
        return level;
    }
}
