package io.inkstream.operators.publishing;

import io.inkstream.models.onnx.Probe;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.StagedVersion;
import io.inkstream.schemas.v1.VersionDraft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;

/** Makes a version's files and stages them, before the barrier. */
final class VersionWriter implements CommittingSinkWriter<VersionDraft, StagedVersion> {

    private final ModelStore store;
    private final List<VersionDraft> drafts = new ArrayList<>();

    VersionWriter(String root, String model) throws IOException {
        store = ModelStore.open(root, model);
    }

    @Override
    public void write(VersionDraft draft, Context context) {
        drafts.add(draft);
    }

    @Override
    public void flush(boolean endOfInput) {
        // All is written by prepareCommit, which follows.
    }

    @Override
    public Collection<StagedVersion> prepareCommit() throws IOException {
        List<StagedVersion> staged = new ArrayList<>();
        for (VersionDraft draft : drafts) {
            staged.add(stage(draft));
        }
        drafts.clear();
        return staged;
    }

    private StagedVersion stage(VersionDraft draft) throws IOException {
        ModelVersion version = draft.getVersion();
        Map<String, byte[]> files = new HashMap<>(VersionFiles.of(draft));
        if (!draft.getProbe().isEmpty()) {
            files.put(Probe.NAME, draft.getProbe().toByteArray());
        }
        OrderFile.of(version.getLineage()).ifPresent(order -> files.put(OrderFile.NAME, order));
        String staged = store.stage(version.getVersion(), files);
        return StagedVersion.newBuilder()
                .setStaged(staged)
                .setVersion(describe(version, files))
                .build();
    }

    private ModelVersion describe(ModelVersion version, Map<String, byte[]> files) {
        ModelVersion.Builder described = version.toBuilder()
                .setLocation(store.location(version.getVersion()))
                .setOnnx(ModelStore.describe(ModelStore.ONNX, files.get(ModelStore.ONNX)))
                .setTraining(ModelStore.describe(ModelStore.TRAINING, files.get(ModelStore.TRAINING)));
        if (files.containsKey(Probe.NAME)) {
            described.setProbe(ModelStore.describe(Probe.NAME, files.get(Probe.NAME)));
        }
        if (files.containsKey(OrderFile.NAME)) {
            described.setOrder(ModelStore.describe(OrderFile.NAME, files.get(OrderFile.NAME)));
            described.getLineageBuilder().clearOrder();
        }
        return described.build();
    }

    @Override
    public void close() {
        drafts.clear();
    }
}
