package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

class ConfigFileTest {

    private static final String CONNECTIONS = """
            # where things are
            bootstrap-servers: kafka:9092,kafka2:9092
            zookeeper: "zk:2181"
            root: hdfs://namenode:8020/inkstream
            """;

    /** A value of each type of option that none of them has by default. */
    private static final Map<Class<?>, String> VALUES = Map.of(
            String.class, "/other",
            Path.class, "/other",
            Duration.class, "7s",
            boolean.class, "true",
            int.class, "7",
            Integer.class, "7",
            Long.class, "7",
            double.class, "0.25",
            Double.class, "0.25");

    @TempDir
    Path folder;

    @Test
    void usageExample() throws IOException {
        ScoringOptions options = scoring(CONNECTIONS + "delivery: at-least-once\ncheckpoint-interval: 500ms\n");

        assertThat(options.connections().kafka()).isEqualTo("kafka:9092,kafka2:9092");
        assertThat(options.connections().zookeeper()).isEqualTo("zk:2181");
        assertThat(options.connections().root()).isEqualTo("hdfs://namenode:8020/inkstream");
        assertThat(options.connections().model()).isEqualTo("digits");
        assertThat(options.delivery().guarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
        assertThat(options.checkpointInterval()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void theCommandLineWins() throws IOException {
        ScoringOptions options = scoring(
                CONNECTIONS + "delivery: at-least-once\nparallelism: 2\n",
                "--zookeeper",
                "zk2:2181",
                "--parallelism=3",
                "--delivery=exactly-once");

        assertThat(options.connections().zookeeper()).isEqualTo("zk2:2181");
        assertThat(options.parallelism()).hasValue(3);
        assertThat(options.delivery().guarantee()).isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
        assertThat(options.connections().kafka()).isEqualTo("kafka:9092,kafka2:9092");
    }

    @ParameterizedTest
    @ValueSource(classes = {TrainingOptions.class, ScoringOptions.class, FeedbackOptions.class})
    void everyOptionCanBeAKey(Class<?> job) throws Exception {
        Object untouched = job.getDeclaredConstructor().newInstance();
        Object byFile = job.getDeclaredConstructor().newInstance();
        Object byCommandLine = job.getDeclaredConstructor().newInstance();
        Map<String, String> values = ConfigFile.keys(CommandLines.of(untouched).getCommandSpec()).stream()
                .collect(Collectors.toMap(key -> key, key -> value(option(untouched, key))));

        String lines = values.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
                .collect(Collectors.joining());
        CommandLines.parse(byFile, new String[] {"--config", file(lines)}, options -> {});
        String[] args = values.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + (entry.getValue().equals("true") ? "" : "=" + entry.getValue()))
                .toArray(String[]::new);
        CommandLines.parse(byCommandLine, args, options -> {});

        assertThat(values).containsKeys("bootstrap-servers", "model", "checkpoint-interval");
        for (String key : values.keySet()) {
            assertThat(option(byFile, key).<Object>getValue())
                    .as(key)
                    .isEqualTo(option(byCommandLine, key).getValue())
                    .isNotEqualTo(option(untouched, key).getValue());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "bootstrap-server: k:1          | line 1: | did you mean 'bootstrap-servers'?",
                "model: a\\nzookeper: z:1       | line 2: | did you mean 'zookeeper'?",
                "colour: blue                   | line 1: | unknown key 'colour'; --help lists the options",
                "config: other.yaml             | line 1: | unknown key 'config'",
                "help: true                     | line 1: | unknown key 'help'",
                "model: a\\n\\nmodel: b         | line 3: | 'model' stands in line 1 already",
                "model: a\\nmodel: a            | line 2: | 'model' stands in line 1 already",
                "bootstrap-servers: [k:1, k:2]  | line 1: | single value; write a list as one, with commas",
                "zookeeper:\\n  quorum: z:1     | line 1: | single value",
                "model: &m a\\nname: *m         | line 2: | 'name' must have a single value",
                "model:                         | line 1: | 'model' has no value",
                "model: null                    | line 1: | 'model' has no value",
                "model: ''                      | line 1: | 'model' has no value",
                "- model                        | line 1: | expected lines such as",
                "model                          | line 1: | expected lines such as",
                "? [model]\\n: a                | line 1: | a key must be the name of an option",
                "model: a: b                    | line 1: | this is not YAML",
                "model: a\\n  name: b           | line 2: | this is not YAML",
                "model: @a                      | line 1: | this is not YAML",
                "{[{[{[{[                       | line 1: | a key must be the name of an option",
                "model: a\\n---\\nmodel: b      |         | second document",
                "parallelism: many              | line 1: | 'many' is not an int",
                "parallelism: 2.5               | line 1: | '2.5' is not an int",
                "checkpoint-interval: soon      | line 1: | --checkpoint-interval",
                "delivery: sometimes            | line 1: | exactly-once",
            })
    void aMistakeIsNamedWithItsLineAndItsRemedy(String content, String line, String remedy) throws IOException {
        String path = file(content.replace("\\n", "\n") + "\n");

        assertThatThrownBy(() -> parse("--config", path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(path, line == null ? "" : line, remedy);
    }

    @Test
    void aFlagIsTrueOrFalse() throws IOException {
        assertThat(training(CONNECTIONS + "bounded: true").isBounded()).isTrue();
        assertThat(training(CONNECTIONS + "bounded: false").isBounded()).isFalse();
        assertThat(training(CONNECTIONS).isBounded()).isFalse();
        assertThatThrownBy(() -> training(CONNECTIONS + "bounded: yes"))
                .hasMessageContainingAll("line 5", "'yes' is not a boolean");
    }

    @Test
    void whatIsMissingInTheFileIsStillMissing() throws IOException {
        String path = file("root: file:/tmp\n");

        assertThatThrownBy(() -> parse("--config", path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("--bootstrap-servers", "--zookeeper")
                .hasMessageNotContaining("--root");
    }

    @Test
    void anEmptyFileSetsNothing() throws IOException {
        String path = file("# nothing yet\n");

        assertThat(parse("--config", path, "--bootstrap-servers=k:1", "--zookeeper=z:1", "--root=file:/tmp")
                        .connections()
                        .model())
                .isEqualTo("digits");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
        Path huge = Files.write(folder.resolve("huge.yaml"), new byte[ConfigFile.MAX_BYTES + 1]);

        assertRefused(folder.resolve("none.yaml").toString(), "there is no such file on this host");
        assertRefused("hdfs://namenode:8020/job.yaml", "there is no such file on this host");
        assertRefused(folder.toString(), "cannot be read");
        assertRefused(binary.toString(), "is not text in UTF-8");
        assertRefused(huge.toString(), "has more than 65536 bytes");
    }

    /** As large as may be, and nested as deep as that. */
    @Test
    void nestingIsNotFollowed() throws IOException {
        assertRefused(file("model: " + "[".repeat(ConfigFile.MAX_BYTES - 10)), "'model' must have a single value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a: s3cret: x", "@s3cret", "*s3cret", "[s3cret]", "\"s3cret", "!s3cret", "{s3cret: 1}", "%s3cret"
            })
    void valuesAreNotQuotedWhereTheFileIsRefused(String value) throws IOException {
        String path = file(CONNECTIONS + "name: " + value + "\ncolour: s3cret\n");

        assertThatThrownBy(() -> parse("--config", path)).satisfies(refusal -> {
            StringWriter trace = new StringWriter();
            refusal.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains(path).doesNotContain("s3cret");
        });
    }

    private void assertRefused(String path, String reason) {
        assertThatThrownBy(() -> parse("--config", path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(path.substring(path.lastIndexOf('/')), reason);
    }

    private ScoringOptions scoring(String content, String... args) throws IOException {
        return parse(Stream.concat(Stream.of("--config", file(content)), Stream.of(args))
                .toArray(String[]::new));
    }

    private TrainingOptions training(String content) throws IOException {
        String[] args = {"--config", file(content)};
        return CommandLines.parse(new TrainingOptions(), args, TrainingOptions::validate)
                .orElseThrow();
    }

    private static ScoringOptions parse(String... args) {
        return CommandLines.parse(new ScoringOptions(), args, ScoringOptions::validate)
                .orElseThrow();
    }

    private String file(String content) throws IOException {
        return Files.write(folder.resolve("job.yaml"), content.getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static OptionSpec option(Object options, String key) {
        return CommandLines.of(options).getCommandSpec().findOption("--" + key);
    }

    private static String value(OptionSpec option) {
        Class<?> type = option.type();
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[constants.length - 1].toString();
        }
        assertThat(VALUES).as("a value for %s".formatted(option.longestName())).containsKey(type);
        return VALUES.get(type);
    }
}
