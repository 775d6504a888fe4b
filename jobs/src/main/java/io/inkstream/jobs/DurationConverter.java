package io.inkstream.jobs;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;

/** Reads times the way Flink's configuration writes them: 500ms, 5s, 1m; ISO-8601 as well. */
final class DurationConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return text.startsWith("P") ? Duration.parse(text) : TimeUtils.parseDuration(text);
    }
}
