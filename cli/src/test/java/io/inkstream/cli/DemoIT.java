package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    @TempDir
    private Path folder;

    @BeforeEach
    void sayWhereTheSamplesAre() {
        System.setProperty("inkstream.home", "..");
    }

    @AfterEach
    void forget() {
        System.clearProperty("inkstream.home");
    }

    @Test
    void learnsTheSamplesAndReadsTheRest() throws Exception {
        Path json = folder.resolve("out.json");

        int status = Inkstream.commandLine().execute("demo", "--exit", "--json", json.toString());

        assertThat(status).isZero();
        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(report.get("trained").getAsLong()).isEqualTo(9_000);
        assertThat(report.get("scored").getAsLong()).isEqualTo(1_000);
        assertThat(report.get("distinct").getAsLong()).isEqualTo(1_000);
        assertThat(report.get("duplicates").getAsLong()).isZero();
        assertThat(report.get("missing").getAsLong()).isZero();
        assertThat(report.get("rejected").getAsLong()).isZero();
        assertThat(report.get("versions").getAsLong()).isPositive();
        assertThat(report.get("accuracy").getAsDouble()).isGreaterThanOrEqualTo(0.96);
        assertThat(report.keySet())
                .containsExactly(
                        "trained",
                        "scored",
                        "distinct",
                        "duplicates",
                        "missing",
                        "accuracy",
                        "prequential_accuracy",
                        "versions",
                        "rejected",
                        "train_images_per_second",
                        "seconds");
    }
}
