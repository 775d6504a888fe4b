package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateLabelsDemoIT {
    private static final int MAGIC_IMAGES = 0x0803;
    private static final int MAGIC_LABELS = 0x0801;

    @TempDir
    private Path folder;

    @Test
    void labelsThatComeLateAreLearnedAndABadVersionIsTakenBack() throws Exception {
        writeFew(Datasets.open("../samples/digits").slice(0, 2_500));
        Path json = folder.resolve("out.json");

        int status = Inkstream.commandLine()
                .execute(
                        "demo",
                        "--late-labels",
                        "--exit",
                        "--network",
                        "mlp",
                        "--train",
                        folder.resolve("few").toString(),
                        "--json",
                        json.toString());

        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(status).as("%s", report).isZero();
        assertThat(report.get("learned").getAsLong()).isEqualTo(1_250);
        assertThat(report.get("served").getAsLong()).isEqualTo(1_250);
        assertThat(report.get("handed_to_training").getAsLong()).isEqualTo(3_500);
        assertThat(report.get("live").getAsLong()).isEqualTo(report.get("good").getAsLong());
        assertThat(report.get("bad_is_rejected").getAsBoolean()).isTrue();
        assertThat(report.get("by_labels")).isEqualTo(report.get("by_truth"));
        assertThat(report.get("why").getAsString()).contains("worse by at least");
        assertThat(report.get("rejected").getAsLong()).isZero();
    }

    /** As IDX files. */
    private void writeFew(Dataset few) throws IOException {
        try (DataOutputStream images = file("few-images-idx3-ubyte");
                DataOutputStream labels = file("few-labels-idx1-ubyte")) {
            images.writeInt(MAGIC_IMAGES);
            images.writeInt((int) few.size());
            images.writeInt(28);
            images.writeInt(28);
            labels.writeInt(MAGIC_LABELS);
            labels.writeInt((int) few.size());
            for (LabeledImage image : few) {
                image.getImage().getPixels().writeTo(images);
                labels.writeByte(image.getLabel());
            }
        }
    }

    private DataOutputStream file(String name) throws IOException {
        return new DataOutputStream(Files.newOutputStream(folder.resolve(name)));
    }
}
