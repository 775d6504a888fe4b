package io.inkstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code bin/inkstream} of an unpacked archive, in a process of its own. */
@SuppressWarnings("try") // close() may throw InterruptedException, which whoever closes it wants to see
final class Command implements AutoCloseable {
    private static final long SECONDS = 180;

    private final Process process;
    private final Path out;
    private final Path err;

    private Command(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param home the folder of the archive */
    static Command start(Path home, List<String> words, List<String> options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/inkstream").toString()));
        command.addAll(words);
        command.addAll(options);
        Path out = Files.createTempFile(home.getParent(), "command", ".out");
        Path err = Files.createTempFile(home.getParent(), "command", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new Command(builder.start(), out, err);
    }

    /** What it printed, once it has ended well. */
    static String run(Path home, List<String> words, List<String> options) throws Exception {
        try (Command command = start(home, words, options)) {
            assertThat(command.process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("%s ended: %s", words, Files.readString(command.err))
                    .isTrue();
            assertThat(command.process.exitValue())
                    .as("%s: %s", words, Files.readString(command.err))
                    .isZero();
            return Files.readString(command.out);
        }
    }

    /** Waits until it has printed something like that, and returns the pattern's first group. */
    String await(String pattern, Duration patience) {
        Matcher[] found = new Matcher[1];
        Awaitility.await().atMost(patience).until(() -> {
            assertThat(process.isAlive()).as("%s%s", read(out), read(err)).isTrue();
            found[0] = Pattern.compile(pattern).matcher(read(out));
            return found[0].find();
        });
        return found[0].group(1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As Ctrl-C does, and waits until it has put all away. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    }
}
