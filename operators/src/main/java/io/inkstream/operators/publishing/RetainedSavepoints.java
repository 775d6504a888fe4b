package io.inkstream.operators.publishing;

import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Tells which versions belong to a savepoint that training may be restored from, among those where they
 * {@linkplain VersionSink#savepoints belong}.
 *
 * <p>Flink names a savepoint {@code savepoint-<first six characters of the job>-<random>}, and gives it the id of a
 * checkpoint, which stands in its {@code _metadata}. That file is written last and never changed.
 */
final class RetainedSavepoints {

    private static final int JOB_PREFIX = 6;

    private final FileContext files;
    private final Path folder;
    private final Map<Path, Long> checkpointIds = new HashMap<>();

    RetainedSavepoints(String root, String model) throws IOException {
        files = FileContext.getFileContext(URI.create(root), new Configuration());
        folder = new Path(VersionSink.savepoints(root, model));
    }

    /** Whether there is a savepoint at whose barrier the version was cut. */
    boolean need(ModelVersion version) throws IOException {
        Lineage lineage = version.getLineage();
        if (lineage.getJobId().length() < JOB_PREFIX || !files.util().exists(folder)) {
            return false;
        }
        String ofItsJob = "savepoint-" + lineage.getJobId().substring(0, JOB_PREFIX) + "-";
        for (FileStatus savepoint : files.util().listStatus(folder)) {
            if (savepoint.getPath().getName().startsWith(ofItsJob)
                    && isOf(savepoint.getPath(), lineage.getCheckpointId())) {
                return true;
            }
        }
        return false;
    }

    /** A version that was cut when its job was stopped and drained does not know which savepoint that made: any will do. */
    private boolean isOf(Path savepoint, long checkpointId) throws IOException {
        Path metadata = new Path(savepoint, "_metadata");
        if (!files.util().exists(metadata)) {
            return false;
        }
        return checkpointId == 0 || checkpointId == checkpointId(metadata);
    }

    private long checkpointId(Path metadata) throws IOException {
        Long known = checkpointIds.get(metadata);
        if (known == null) {
            try (DataInputStream in = new DataInputStream(files.open(metadata))) {
                known = Checkpoints.loadCheckpointMetadata(in, getClass().getClassLoader(), metadata.toString())
                        .getCheckpointId();
            } catch (FileNotFoundException e) {
                // Disposed of in between.
                return -1;
            }
            checkpointIds.put(metadata, known);
        }
        return known;
    }
}
