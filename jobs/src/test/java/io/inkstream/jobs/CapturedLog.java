package io.inkstream.jobs;

import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** What all loggers of this JVM say at the level at which clusters usually log, kept off the console. */
final class CapturedLog implements AutoCloseable {

    private final StringWriter text = new StringWriter();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();
    private final Map<String, Appender> console = root.getAppenders();
    private final Map<String, Level> levels = new TreeMap<>();
    private final Appender capture = WriterAppender.createAppender(
            PatternLayout.newBuilder().withPattern("%p %c %m%n%xEx").build(), null, text, "capture", false, false);

    CapturedLog() {
        capture.start();
        console.keySet().forEach(root::removeAppender);
        root.addAppender(capture, null, null);
        context.getConfiguration().getLoggers().forEach((name, logger) -> {
            levels.put(name, logger.getLevel());
            logger.setLevel(Level.INFO);
        });
        context.updateLoggers();
    }

    String text() {
        return text.toString();
    }

    @Override
    public void close() {
        context.getConfiguration().getLoggers().forEach((name, logger) -> logger.setLevel(levels.get(name)));
        root.removeAppender("capture");
        console.values().forEach(appender -> root.addAppender(appender, null, null));
        context.updateLoggers();
        capture.stop();
    }
}
