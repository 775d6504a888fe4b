package io.inkstream.jobs.chaos;

import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** HDFS has the files of every registered version as they were published, and nothing else. */
final class StoreCheck {
    /** Where versions wait for their checkpoint; is to be empty. */
    private static final String STAGING = ".staging";

    private StoreCheck() {}

    /**
     * Looks for what is wrong.
     *
     * @param files what is in the model's folder, by path: {@code 12/model.onnx}
     * @param folders in the model's folder, at any depth
     */
    static List<String> violations(List<ModelVersion> versions, Map<String, Artifact> files, Set<String> folders) {
        List<String> violations = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (ModelVersion version : versions) {
            String folder = Long.toString(version.getVersion());
            known.add(folder);
            artifacts(version).forEach(artifact -> {
                String path = folder + "/" + artifact.getName();
                known.add(path);
                if (!artifact.equals(files.get(path))) {
                    violations.add("%s is not what was published: %s".formatted(path, files.get(path)));
                }
            });
        }
        known.add(STAGING);
        Stream.concat(files.keySet().stream(), folders.stream())
                .filter(path -> !known.contains(path))
                .sorted()
                .forEach(path -> violations.add(path + " belongs to no version"));
        return violations;
    }

    private static Stream<Artifact> artifacts(ModelVersion version) {
        return Stream.of(version.getOnnx(), version.getTraining(), version.getProbe(), version.getOrder())
                .filter(artifact -> !artifact.getName().isEmpty());
    }
}
