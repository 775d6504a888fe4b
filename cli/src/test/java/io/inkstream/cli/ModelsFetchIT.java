package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.inkstream.models.store.ModelStore;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is read from the real HDFS: files of a version, and how far two versions are apart. */
@ExtendWith(SandboxExtension.class)
class ModelsFetchIT {
    @TempDir
    Path folder;

    private PublishedModel model;

    @BeforeEach
    void publishTwoVersions(Sandbox sandbox) throws Exception {
        model = new PublishedModel(sandbox);
        model.publish(1, 3, 4);
        model.publish(2, 3, 1);
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void usageExample() throws Exception {
        Path to = folder.resolve("new/folder");
        Run run = fetch(1, to);
        assertThat(run.out())
                .contains("model.onnx: 150,000 bytes, SHA-256 as published")
                .hasLineCount(2);
        assertThat(run.exitCode()).isZero();
        ModelVersion version = model.registry().version(1).orElseThrow();
        assertThat(ModelStore.describe(ModelStore.ONNX, Files.readAllBytes(to.resolve(ModelStore.ONNX))))
                .isEqualTo(version.getOnnx());
        assertThat(ModelStore.describe(ModelStore.TRAINING, Files.readAllBytes(to.resolve(ModelStore.TRAINING))))
                .isEqualTo(version.getTraining());
        assertThat(names(to)).containsExactly(ModelStore.ONNX, ModelStore.TRAINING);

        Run again = model.run("fetch", "1", "--to", to.toString(), "--json");
        JsonObject json = JsonParser.parseString(again.out()).getAsJsonObject();
        assertThat(json.getAsJsonArray("files"))
                .hasSize(2)
                .allMatch(file -> !file.getAsJsonObject().get("copied").getAsBoolean());
    }

    @Test
    void aFileThatWasChangedInHdfsDoesNotArrive() throws Exception {
        model.tamper(1, ModelStore.TRAINING);

        Run run = fetch(1, folder);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("version 1 was not fetched: ", "1/training.pb has SHA-256 ", "changed after it was written")
                .hasLineCount(1);
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsNamed() throws Exception {
        model.deleteFiles(1);

        Run run = fetch(1, folder);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("1/model.onnx is missing").hasLineCount(1);
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void whatIsInTheWayIsNotOverwritten() throws Exception {
        Path other = folder.resolve(ModelStore.TRAINING);
        Files.writeString(other, "mine");

        Run run = fetch(1, folder);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(other + " is there already").hasLineCount(1);
        assertThat(other).hasContent("mine");
        assertThat(names(folder)).containsExactly(ModelStore.TRAINING);
    }

    @Test
    void theSameSizeIsNotTheSameFile() throws Exception {
        fetch(1, folder);
        Path onnx = folder.resolve(ModelStore.ONNX);
        byte[] content = Files.readAllBytes(onnx);
        content[7] ^= 1;
        Files.write(onnx, content);

        assertThat(fetch(1, folder).exitCode()).isEqualTo(1);
        assertThat(onnx).hasBinaryContent(content);
    }

    @Test
    void aFolderThatCannotBeMadeIsSaid() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Run run = fetch(1, file.resolve("below"));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("version 1 could not be fetched: ").hasLineCount(1);
    }

    @Test
    void twoVersionsAreComparedToTheirParameters() throws Exception {
        String text = model.run("diff", "1", "newest").out();
        assertThat(text)
                .containsPattern("version 1 +version 2 +difference\\R")
                .containsPattern("trained +320 +640 +\\+320\\R")
                .contains("parameters       2; 3.00000 apart, where the norm of the first is 5.00000");
        assertThat(text.lines()).allMatch(line -> line.length() <= 80);
        JsonObject json = JsonParser.parseString(
                        model.run("diff", "1", "2", "--json").out())
                .getAsJsonObject();
        assertThat(json.getAsJsonObject("parameters").get("distance").getAsDouble())
                .isEqualTo(3);

        model.tamper(2, ModelStore.TRAINING);
        Run tampered = model.run("diff", "1", "2");
        assertThat(tampered.exitCode()).isZero();
        assertThat(tampered.out()).contains("parameters       not compared:", "it was changed after", "trained");
    }

    private Run fetch(long number, Path to) {
        return model.run("fetch", "" + number, "--to", to.toString());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
