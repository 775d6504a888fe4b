package io.inkstream.jobs;

import io.inkstream.models.store.RootCheck;
import io.inkstream.models.store.StoreUnreachableException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses a root in which a cluster cannot keep versions and checkpoints: elsewhere than in HDFS, away, or closed. */
final class HdfsChecks {

    private static final Logger LOG = LoggerFactory.getLogger(HdfsChecks.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Whose files are renamed as a whole, and are there once they are written. */
    private static final Set<String> HDFS = Set.of("hdfs", "viewfs");

    private static final String REMEDY = "give HDFS's address, such as --root hdfs://namenode:8020/inkstream";

    private HdfsChecks() {}

    /** Asks nobody. */
    static void requireHdfs(Deployment deployment, String root) {
        String scheme = scheme(root);
        if (HDFS.contains(scheme) || (isOnThisHost(scheme) && deployment == Deployment.LOCAL)) {
            return;
        }
        String why = isOnThisHost(scheme)
                ? "a folder of each host by itself, where one TaskManager would not find what another one wrote"
                : "in %s, which is not HDFS and does not rename a version into its place as a whole".formatted(scheme);
        throw new RefusedException("--root '%s' is %s: %s".formatted(root, why, REMEDY));
    }

    /**
     * Asks HDFS.
     *
     * @param folders where the job writes; they need not exist
     */
    static void requireWritable(Deployment deployment, String root, String... folders) {
        if (isOnThisHost(scheme(root))) {
            return;
        }
        try {
            new RootCheck(root, PATIENCE).requireWritable(List.of(folders));
        } catch (StoreUnreachableException e) {
            if (deployment != Deployment.APPLICATION) {
                throw refused(e);
            }
            LOG.warn("{}; it is not checked", e.getMessage(), e);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private static RefusedException refused(IOException e) {
        return new RefusedException(e.getMessage() + " (--root)", e);
    }

    private static boolean isOnThisHost(String scheme) {
        return scheme.isEmpty() || scheme.equals("file");
    }

    /** Empty where there is none. */
    private static String scheme(String root) {
        try {
            String scheme = URI.create(root).getScheme();
            return scheme == null ? "" : scheme.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new RefusedException("--root '%s' is no URI (%s): %s".formatted(root, e.getMessage(), REMEDY), e);
        }
    }
}
