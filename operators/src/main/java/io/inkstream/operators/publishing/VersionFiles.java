package io.inkstream.operators.publishing;

import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says which files a version has, and which bytes they hold: the same for the same model, number and network, whoever asks. */
public final class VersionFiles {

    private VersionFiles() {}

    /** All files of a version that the registry names. */
    public static List<Artifact> artifacts(ModelVersion version) {
        List<Artifact> artifacts = new ArrayList<>(List.of(version.getOnnx(), version.getTraining()));
        if (version.hasProbe()) {
            artifacts.add(version.getProbe());
        }
        if (version.hasOrder()) {
            artifacts.add(version.getOrder());
        }
        return artifacts;
    }

    /**
     * The files' contents by their names, {@link ModelStore#ONNX} and {@link ModelStore#TRAINING}.
     *
     * @param draft of whose metadata only model and version are looked at
     * @throws IllegalArgumentException if the network's state is damaged or of another release
     */
    public static Map<String, byte[]> of(VersionDraft draft) {
        ModelVersion version = draft.getVersion();
        byte[] onnx = OnnxExporter.export(
                draft.getNetwork(),
                Map.of(
                        "inkstream.model",
                        version.getModel(),
                        "inkstream.version",
                        Long.toString(version.getVersion())));
        return Map.of(
                ModelStore.ONNX, onnx, ModelStore.TRAINING, draft.getNetwork().toByteArray());
    }
}
