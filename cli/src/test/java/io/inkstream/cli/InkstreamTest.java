package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InkstreamTest {
    private static final String SAMPLES = Path.of(System.getProperty("basedir", "."))
            .resolve("../samples/digits")
            .toString();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "produce",
                "predictions",
                "labels",
                "evaluations",
                "topics",
                "topics create",
                "topics list",
                "models",
                "models list",
                "models show",
                "models diff",
                "models verify",
                "models fetch",
                "models promote",
                "models rollback",
                "models pin",
                "models unpin",
                "models history",
                "models watch",
                "gateway"
            })
    void everyCommandHasHelpAndVersion(String command) {
        Run help = Run.of((command + " --help").strip().split(" "));
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).startsWith("Usage: inkstream").contains("--debug", "--log-level");
        Run version = Run.of((command + " --version").strip().split(" "));
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).matches("inkstream \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "prodce x",
                "gateway x",
                "gateway --port x",
                "gateway --max-images many",
                "produce",
                "produce x --labeled --unlabeled",
                "produce x --rate 0",
                "produce x --rate NaN",
                "produce x --sources 0",
                "produce x --repeat -1",
                "produce x --shuffle y",
                "produce x --log-level loud",
                "predictions --max 0",
                "predictions --timeout 0",
                "predictions more",
                "labels",
                "labels x --from-dataset y",
                "labels x --delay soon",
                "labels x --delay 5",
                "labels x --rate 0",
                "labels x --share 0",
                "labels x --share NaN",
                "labels x --share 1.1",
                "labels x --wrong -1",
                "labels x --max 0",
                "evaluations more",
                "up --no-feedback --brake act",
                "up --brake hard",
                "evaluations --limit -1",
                "topics lst",
                "topics create --partitions 0",
                "topics create --training-partitions 0",
                "topics create --replication-factor 0",
                "models lst",
                "models list --limit -1",
                "models list 3",
                "models history --limit x",
                "models promote",
                "models promote 3..7",
                "models promote 3 --timeout 0",
                "models promote 3 --timeout NaN",
                "models rollback 3 4",
                "models pin first",
                "models unpin 3",
                "models diff 1",
                "models diff 1 2..3",
                "models fetch 1",
                "models fetch 1..2 --to x",
                "models watch 1",
                "models show",
                "models show first",
                "models verify",
                "models verify 3-7",
            })
    void aCallThatIsWrongSaysSoInOneLineAndPointsToHelp(String line) {
        Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("inkstream: ").contains("--help'").doesNotContain("\tat ");
        assertThat(run.err().lines().count()).isBetween(2L, 3L);
    }

    @Test
    void aFailureIsOneLineAndDebugShowsWhere() {
        Run plain = Run.of("produce", "nowhere");
        assertThat(plain.exitCode()).isEqualTo(1);
        assertThat(plain.err()).startsWith("inkstream: not found: nowhere").hasLineCount(1);

        Run debug = Run.of("produce", "nowhere", "--debug");
        assertThat(debug.exitCode()).isEqualTo(1);
        assertThat(debug.err()).contains("\tat io.inkstream.datasets.Datasets.open");
        assertThat(Run.of("--debug", "produce", "nowhere").err()).contains("\tat ");
    }

    @Test
    void labelsThatAreAskedForMustBeThere() throws IOException {
        try (InputStream samples = Files.newInputStream(Path.of(SAMPLES + "-images-idx3-ubyte.gz"))) {
            Files.copy(samples, folder.resolve("new-images-idx3-ubyte.gz"));
        }

        Run run = Run.of("produce", folder.resolve("new").toString(), "--labeled");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no labels beside").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "demo --network resnet,unknown network 'resnet': choose one of lenet",
        "up --model a/b,a/b",
        "gateway --model a/b,a/b",
        "gateway --max-requests 0,concurrent requests: 0 is not from 1",
        "gateway --token-file not-there,--token-file not-there cannot be used",
        "gateway --data-root not-there,give a folder that is there",
        "topics list --model a/b,a/b",
        "topics create --model a/b,a/b"
    })
    void aNameThatNoJobRunsWithIsRefused(String line, String reason) {
        Run run = Run.of(line.split(" "));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(reason).hasLineCount(1);
    }

    @Test
    void theDemoOfLateLabelsSaysHowManyDigitsItNeeds() {
        Run run = Run.of("demo", "--late-labels", "--train", SAMPLES, "--hold-out", "999");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("at least 1,000 digits", "9,001 and 999", "--hold-out")
                .hasLineCount(1);
    }

    @Test
    void withoutKafkaItIsSaidWithinSeconds() throws IOException {
        String nobody = "localhost:" + portThatNobodyListensAt();
        Run produce = Run.of("produce", SAMPLES, "--bootstrap-servers", nobody);
        Run predictions = Run.of("predictions", "--bootstrap-servers", nobody);
        Run labels = Run.of("labels", "--from-dataset", SAMPLES, "--bootstrap-servers", nobody);
        Run evaluations = Run.of("evaluations", "--bootstrap-servers", nobody);

        for (Run run : List.of(produce, predictions, labels, evaluations)) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("cannot reach Kafka at " + nobody
                            + " (is it running? --bootstrap-servers, --kafka-properties)")
                    .hasLineCount(1);
        }
    }

    @Test
    void withoutZooKeeperItIsSaidWithinSeconds() throws IOException {
        String nobody = "localhost:" + portThatNobodyListensAt();
        Run show = Run.of("models", "show", "live", "--zookeeper", nobody);

        assertThat(show.exitCode()).isEqualTo(1);
        assertThat(show.err()).contains("cannot reach ZooKeeper at " + nobody).hasLineCount(1);
        assertThat(Run.of("models", "verify", "1", "--model", "a/b").exitCode()).isEqualTo(3);
        Run promote = Run.of("models", "promote", "1", "--zookeeper", nobody, "--json");
        assertThat(promote.exitCode()).isEqualTo(3);
        assertThat(promote.out()).isEmpty();
        assertThat(promote.err())
                .contains("cannot reach ZooKeeper at " + nobody)
                .hasLineCount(1);
        for (String command : List.of("list", "rollback", "pin", "unpin", "history", "watch")) {
            assertThat(Run.of("models", command, "--model", "a/b").exitCode()).isEqualTo(3);
        }
    }

    @Test
    void modelsAloneListsWhatCanBeDone() {
        Run run = Run.of("models");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: inkstream models").contains("show", "verify", "rollback");
    }

    @Test
    void anAddressThatIsNoneIsNamed() {
        Run run = Run.of("predictions", "--bootstrap-servers", "no-port");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("cannot reach Kafka at no-port").hasLineCount(1);
    }

    private static int portThatNobodyListensAt() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
