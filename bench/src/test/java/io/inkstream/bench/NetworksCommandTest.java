package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NetworksCommandTest {
    private static final String SAMPLES = "../samples/digits";

    @TempDir
    private Path folder;

    @Test
    void usageExample() throws IOException {
        Path json = folder.resolve("networks.json");

        assertThat(run("--train", SAMPLES, "--hold-out", "8000", "--networks", "mlp", "--json", json.toString()))
                .isEmpty();

        JsonObject result = JsonParser.parseString(Files.readString(json))
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject();
        assertThat(result.get("network").getAsString()).isEqualTo("mlp");
        assertThat(result.get("parameters").getAsInt()).isEqualTo(203_530);
        // After 2,000 digits.
        assertThat(result.get("accuracy").getAsDouble()).isBetween(0.8, 0.95);
        assertThat(result.get("prequentialAccuracy").getAsDouble()).isBetween(0.6, 0.9);
        assertThat(result.get("scoredIn32").getAsDouble()).isPositive();
    }

    @Test
    void averagesOneTrainingInSeveralWays() throws IOException {
        Path json = folder.resolve("networks.json");
        String[] options = {
            "--train", SAMPLES, "--hold-out", "9000", "--networks", "mlp", "--at", "500", "--json", json.toString()
        };
        assertThat(run(with(options, "--averaging", "0,0.5,0.99"))).isEmpty();
        List<JsonObject> together = results(json);
        assertThat(run(with(options, "--averaging", "0.5"))).isEmpty();
        List<JsonObject> alone = results(json);

        // The mini-batch of 32 that reaches 500.
        assertThat(together)
                .extracting(result -> result.get("digits").getAsInt())
                .containsExactly(512, 512, 512, 1000, 1000, 1000);
        assertThat(alone.get(0).get("accuracy")).isEqualTo(together.get(1).get("accuracy"));
        assertThat(alone.get(1).get("accuracy")).isEqualTo(together.get(4).get("accuracy"));
        assertThat(together)
                .extracting(result -> result.get("accuracy").getAsDouble())
                .doesNotHaveDuplicates();
    }

    @Test
    void replayKeepsASortedStreamFromRuiningTheNetwork() throws IOException {
        Path json = folder.resolve("networks.json");
        String[] options = {
            "--train", SAMPLES, "--skip", "7000", "--order", "sorted", "--networks", "mlp", "--json", json.toString()
        };
        assertThat(run(options)).isEmpty();
        JsonObject without = results(json).get(0);
        assertThat(run(with(options, "--replay", "500", "--replayed", "96", "--replicas", "2")))
                .isEmpty();
        JsonObject with = results(json).get(0);

        assertThat(without.get("digits").getAsInt()).isEqualTo(2000);
        assertThat(without.get("accuracy").getAsDouble()).isLessThan(0.5);
        assertThat(with.get("accuracy").getAsDouble()).isGreaterThan(0.55);
        assertThat(with.get("replicas").getAsInt()).isEqualTo(2);
    }

    @Test
    void saysWhatIsWrongWithTheCommandLine() {
        assertThat(run("--train", SAMPLES, "--networks", "resnet")).contains("choose one of lenet, cnn, mlp");
        assertThat(run("--train", SAMPLES, "--hold-out", "10000")).contains("at least one must be left");
        assertThat(run("--train", SAMPLES, "--at", "9000")).contains("--at 9000", "below the 9000 digits");
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    private static List<JsonObject> results(Path json) throws IOException {
        return JsonParser.parseString(Files.readString(json)).getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static String run(String... arguments) {
        StringWriter errors = new StringWriter();
        CommandLine line = new CommandLine(new NetworksCommand()).setErr(new PrintWriter(errors, true));
        line.execute(arguments);
        return errors.toString();
    }
}
