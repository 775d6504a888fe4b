package io.inkstream.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a user does with the archive: unpacks it, runs both jobs on a cluster of processes, sends digits and reads on. */
@SuppressWarnings("try") // close() may throw InterruptedException, which whoever closes it wants to see
@Timeout(600)
class UnpackedIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int DIGITS = 10_000;
    /** Together a whole number of mini-batches of 32, so that no image waits for others in the end. */
    private static final int LABELED = 2 * DIGITS;

    @TempDir
    private Path folder;

    @Test
    void digitsGoThroughBothJobsExactly() throws Exception {
        Path home = unpack();
        try (Command up = Command.start(
                home,
                List.of("up", "--cluster", "--network", "mlp", "--holdout", "0", "--replay", "0"),
                List.of("--kafka-port", "0", "--zookeeper-port", "0", "--hdfs-port", "0", "--flink-port", "0"))) {
            List<String> kafka = List.of("--bootstrap-servers", up.await("Kafka +(localhost:\\d+)", PATIENCE));
            List<String> zookeeper = List.of("--zookeeper", up.await("ZooKeeper +(localhost:\\d+)", PATIENCE));

            Command.run(home, List.of("produce", "samples/digits", "--repeat", "2"), kafka);
            Command.run(home, List.of("produce", "samples/digits", "--unlabeled"), kafka);

            String predictions = Command.run(
                    home, List.of("predictions", "--from-beginning", "--max", "" + DIGITS, "--timeout", "90"), kafka);
            assertEachOnceAndInOrder(predictions);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    trained(Command.run(home, List.of("models", "list", "--json"), zookeeper)))
                            .isEqualTo(LABELED));
            assertThat(Command.run(home, List.of("predictions", "--from-beginning", "--timeout", "5"), kafka)
                            .lines())
                    .as("no more of them")
                    .hasSize(DIGITS);
        }
    }

    /** By the tar of the machine, as users do it. */
    private Path unpack() throws Exception {
        Path archive = PackageIT.archive().toAbsolutePath();
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString())
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    }

    private static long trained(String versions) {
        JsonObject newest = JsonParser.parseString(versions)
                .getAsJsonObject()
                .getAsJsonArray("versions")
                .get(0)
                .getAsJsonObject();
        return newest.getAsJsonObject("metadata")
                .getAsJsonObject("lineage")
                .get("totalSamplesTrained")
                .getAsLong();
    }

    private static void assertEachOnceAndInOrder(String predictions) {
        Set<String> ids = new HashSet<>();
        List<Long> sequence = predictions
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .peek(prediction -> ids.add(prediction.get("id").getAsString()))
                .map(prediction -> prediction.get("sequence").getAsLong())
                .toList();
        assertThat(ids).hasSize(DIGITS);
        assertThat(sequence)
                .isEqualTo(IntStream.rangeClosed(1, DIGITS)
                        .mapToLong(i -> i)
                        .boxed()
                        .toList());
    }
}
