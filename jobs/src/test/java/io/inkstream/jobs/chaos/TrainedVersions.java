package io.inkstream.jobs.chaos;

import com.google.protobuf.ByteString;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionState;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sound history to damage: three versions, each trained on two mini-batches of four images. */
final class TrainedVersions {
    static final int VERSIONS = 3;
    static final int OF_EACH = 8;
    private static final int BATCH = 4;

    private final TrainingRecipe recipe = Networks.recipe("mlp").toBuilder()
            .setBatchSize(BATCH)
            .setReplay(20)
            .setReplayed(2)
            .build();
    private final List<LabeledImage> images = new ArrayList<>();
    private final List<ModelVersion> versions = new ArrayList<>();
    private final Map<Long, byte[]> models = new HashMap<>();

    TrainedVersions() {
        for (int i = 0; i < VERSIONS * OF_EACH; i++) {
            byte[] pixels = new byte[DigitNetwork.PIXELS];
            Arrays.fill(pixels, i * 20, i * 20 + 100, (byte) 255);
            images.add(LabeledImage.newBuilder()
                    .setImage(Image.newBuilder().setPixels(ByteString.copyFrom(pixels)))
                    .setLabel(i % DigitNetwork.CLASSES)
                    .build());
        }
        try (DigitNetwork network = DigitNetwork.create(recipe)) {
            for (int number = 1; number <= VERSIONS; number++) {
                train(network, (number - 1) * OF_EACH);
                versions.add(version(number, network));
            }
        }
    }

    private void train(DigitNetwork network, int from) {
        for (int start = from; start < from + OF_EACH; start += BATCH) {
            ByteArrayOutputStream pixels = new ByteArrayOutputStream();
            ByteArrayOutputStream labels = new ByteArrayOutputStream();
            for (LabeledImage image : images.subList(start, start + BATCH)) {
                pixels.writeBytes(image.getImage().getPixels().toByteArray());
                labels.write(image.getLabel());
            }
            network.train(pixels.toByteArray(), labels.toByteArray(), BATCH);
        }
    }

    private ModelVersion version(long number, DigitNetwork network) {
        byte[] onnx = OnnxExporter.export(network.state(), Map.of());
        models.put(number, onnx);
        return ModelVersion.newBuilder()
                .setVersion(number)
                .setState(number == VERSIONS ? VersionState.LIVE : VersionState.RETIRED)
                .setOnnx(ModelStore.describe(ModelStore.ONNX, onnx))
                .setTraining(
                        ModelStore.describe(ModelStore.TRAINING, network.state().toByteArray()))
                .setLineage(Lineage.newBuilder()
                        .setParent(number - 1)
                        .setRecipe(recipe)
                        .setSamplesTrained(OF_EACH)
                        .setTotalSamplesTrained(number * OF_EACH)
                        .addOffsets(OffsetRange.newBuilder()
                                .setFrom((number - 1) * OF_EACH)
                                .setTo(number * OF_EACH)))
                .build();
    }

    List<LabeledImage> images() {
        return images;
    }

    List<ModelVersion> versions() {
        return versions;
    }

    byte[] onnx(long version) {
        return models.get(version);
    }
}
