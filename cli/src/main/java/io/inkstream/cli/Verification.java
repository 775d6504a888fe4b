package io.inkstream.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.store.ModelStore;
import io.inkstream.models.store.StoreException;
import io.inkstream.operators.publishing.OrderFile;
import io.inkstream.operators.publishing.VersionFiles;
import io.inkstream.operators.training.NotRebuildableException;
import io.inkstream.operators.training.OtherRecordsException;
import io.inkstream.operators.training.VersionRebuild;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Compares the three that must agree about a version: its files in HDFS, their hashes in the registry, and what comes of
 * training it from its parent once more, on the records that are in Kafka.
 */
final class Verification {
    private final ModelRegistry registry;
    private final TrainedRecords records;

    Verification(ModelRegistry registry, TrainedRecords records) {
        this.registry = registry;
        this.records = records;
    }

    /**
     * @param progress hears how many samples have been trained on
     * @throws CliException if Kafka cannot be reached
     */
    Verdict verify(ModelVersion version, LongConsumer progress) {
        List<String> differences = new ArrayList<>();
        try {
            Map<String, byte[]> files = files(version, differences);
            NetworkState rebuilt = rebuild(lineage(version, files), progress);
            compare(version, rebuilt, files, differences);
        } catch (OtherRecordsException e) {
            differences.add("the records in Kafka are not those that it was trained on: " + e.getMessage());
        } catch (NotRebuildableException | IOException e) {
            String why = e instanceof IOException ? "HDFS: " + e.getMessage() : e.getMessage();
            if (differences.isEmpty()) {
                return new Verdict(Verdict.Outcome.NOT_VERIFIED, List.of(why));
            }
            differences.add("not rebuilt: " + why);
        }
        return new Verdict(differences.isEmpty() ? Verdict.Outcome.IDENTICAL : Verdict.Outcome.DIFFERS, differences);
    }

    /** The files that are what the registry says; of the others, what is wrong is added to the differences. */
    private static Map<String, byte[]> files(ModelVersion version, List<String> differences)
            throws NotRebuildableException, IOException {
        ModelStore store = store(version);
        Map<String, byte[]> files = new HashMap<>();
        for (Artifact artifact : VersionFiles.artifacts(version)) {
            try {
                files.put(artifact.getName(), store.read(version.getVersion(), artifact));
            } catch (StoreException e) {
                differences.add(e.getMessage());
            }
        }
        return files;
    }

    /** Those that are made again, in the order in which they are told. */
    private static Map<String, Artifact> remade(ModelVersion version) {
        return new TreeMap<>(Map.of(ModelStore.ONNX, version.getOnnx(), ModelStore.TRAINING, version.getTraining()));
    }

    /** The store that the version was published to, wherever that was: the registry says it. */
    private static ModelStore store(ModelVersion version) throws NotRebuildableException, IOException {
        String folder = "/models/%s/%d".formatted(version.getModel(), version.getVersion());
        String location = version.getLocation();
        if (!location.endsWith(folder)) {
            throw new NotRebuildableException("the registry says that its files are in '%s', which does not end in %s"
                    .formatted(location, folder));
        }
        return ModelStore.open(location.substring(0, location.length() - folder.length()), version.getModel());
    }

    private static Lineage lineage(ModelVersion version, Map<String, byte[]> files) throws NotRebuildableException {
        if (!version.hasOrder()) {
            return version.getLineage();
        }
        byte[] order = files.get(OrderFile.NAME);
        if (order == null) {
            throw new NotRebuildableException(
                    "the order in which its partitions were read is lost with " + OrderFile.NAME);
        }
        try {
            return OrderFile.putBack(version.getLineage(), order);
        } catch (StoreException e) {
            throw new NotRebuildableException(e.getMessage(), e);
        }
    }

    private NetworkState rebuild(Lineage lineage, LongConsumer progress)
            throws NotRebuildableException, OtherRecordsException, IOException {
        VersionRebuild.requireRebuildable(lineage);
        Optional<NetworkState> parent = parent(lineage.getParent());
        return VersionRebuild.run(
                parent,
                lineage,
                records.read(lineage.getOffsetsList(), lineage.getRecipe().getHoldout()),
                progress);
    }

    private Optional<NetworkState> parent(long number) throws NotRebuildableException, IOException {
        if (number == 0) {
            return Optional.empty();
        }
        ModelVersion parent = registry.version(number)
                .orElseThrow(() -> new NotRebuildableException(
                        "its parent, version %d, is not in the registry any more".formatted(number)));
        try {
            return Optional.of(NetworkState.parseFrom(store(parent).read(number, parent.getTraining())));
        } catch (StoreException | InvalidProtocolBufferException e) {
            throw new NotRebuildableException("its parent is unusable: " + e.getMessage(), e);
        }
    }

    private static void compare(
            ModelVersion version, NetworkState rebuilt, Map<String, byte[]> files, List<String> differences)
            throws IOException {
        Map<String, byte[]> expected = VersionFiles.of(VersionDraft.newBuilder()
                .setVersion(version)
                .setNetwork(rebuilt)
                .build());
        List<String> otherwise = new ArrayList<>();
        for (Map.Entry<String, Artifact> published : remade(version).entrySet()) {
            Artifact again = ModelStore.describe(published.getKey(), expected.get(published.getKey()));
            if (!again.equals(published.getValue())) {
                otherwise.add("%s has SHA-256 %s when it is rebuilt, %s was published"
                        .formatted(
                                published.getKey(),
                                again.getSha256(),
                                published.getValue().getSha256()));
            }
        }
        byte[] training = files.get(ModelStore.TRAINING);
        if (training != null && !Arrays.equals(training, expected.get(ModelStore.TRAINING))) {
            otherwise.add("what differs in %s: %s"
                    .formatted(ModelStore.TRAINING, fields(NetworkState.parseFrom(training), rebuilt)));
        }
        if (otherwise.isEmpty() && !differences.isEmpty()) {
            otherwise.add("rebuilt from Kafka, both files have the SHA-256 that was published");
        }
        differences.addAll(otherwise);
    }

    private static String fields(NetworkState a, NetworkState b) {
        return NetworkState.getDescriptor().getFields().stream()
                .filter(field -> !a.getField(field).equals(b.getField(field)))
                .map(FieldDescriptor::getName)
                .collect(Collectors.joining(", "));
    }
}
