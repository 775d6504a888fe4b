package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;

/** Metadata of versions that need no files. */
final class Versions {
    private Versions() {}

    static ModelVersion version(long number) {
        return ModelVersion.newBuilder()
                .setFormat(ModelRegistry.FORMAT)
                .setModel("digits")
                .setVersion(number)
                .setState(VersionState.PUBLISHED)
                .setOnnx(artifact("model.onnx", number))
                .setTraining(artifact("training.pb", number))
                .build();
    }

    private static Artifact artifact(String name, long number) {
        return Artifact.newBuilder()
                .setName(name)
                .setBytes(1_000 + number)
                .setSha256("%064x".formatted(number))
                .build();
    }
}
