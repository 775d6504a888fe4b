package io.inkstream.operators.publishing;

import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.net.URI;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Path;

/**
 * Tells which versions belong to a checkpoint that a training job may be restored from.
 *
 * <p>Flink keeps a checkpoint in {@code <root>/checkpoints/<model>/training/<job>/chk-<id>/}; it is complete when there is
 * {@code _metadata} in it, and deletes what it does not retain.
 */
final class RetainedCheckpoints {

    private static final Pattern JOB_ID = Pattern.compile("[0-9a-f]{32}");

    private final FileContext files;
    private final Path folder;

    RetainedCheckpoints(String root, String model) throws IOException {
        URI uri = URI.create(root);
        files = FileContext.getFileContext(uri, new Configuration());
        folder = new Path(new Path(uri), "checkpoints/" + model + "/training");
    }

    /** Whether the checkpoint at whose barrier the version was cut is still there. */
    boolean need(ModelVersion version) throws IOException {
        Lineage lineage = version.getLineage();
        return JOB_ID.matcher(lineage.getJobId()).matches()
                && files.util()
                        .exists(new Path(
                                folder,
                                "%s/chk-%d/_metadata".formatted(lineage.getJobId(), lineage.getCheckpointId())));
    }
}
