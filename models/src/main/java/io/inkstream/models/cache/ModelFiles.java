package io.inkstream.models.cache;

import io.inkstream.models.store.ModelStore;
import io.inkstream.models.store.StoreException;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files of one model's versions: from this host's cache where they are there, else from HDFS, and keeps them.
 *
 * <p>A cache that cannot be used is said so once, and does without: it is a help, not a need. Nothing is asked of HDFS
 * before a file is needed that the cache does not have.
 */
public final class ModelFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final String root;
    private final String model;
    private final String scope;
    private final Path folder;
    private Optional<ModelCache> cache = Optional.empty();
    private ModelStore store;
    private boolean complained;

    /**
     * @param root the URI under which Inkstream keeps its files
     * @param folder the cache's
     */
    public ModelFiles(String root, String model, Path folder) {
        this.root = root;
        this.model = model;
        this.folder = folder;
        // Another store may have a model of the same name.
        byte[] rootBytes = root.getBytes(StandardCharsets.UTF_8);
        this.scope =
                model + "-" + ModelStore.describe("", rootBytes).getSha256().substring(0, 16);
    }

    /**
     * An artefact's bytes, as many as it says and with its SHA-256.
     *
     * @param limit how many bytes may be read into memory
     * @throws StoreException when it is not what was published, or says that it is larger than {@code limit}
     * @throws IOException when HDFS does not answer
     */
    public synchronized byte[] read(long version, Artifact artifact, long limit) throws IOException {
        requireSane(artifact, limit);
        Optional<byte[]> cached = cached(artifact);
        if (cached.isPresent()) {
            return cached.get();
        }
        if (store == null) {
            store = ModelStore.open(root, model);
        }
        byte[] content = store.read(version, artifact);
        keep(artifact, content);
        return content;
    }

    private static void requireSane(Artifact artifact, long limit) throws StoreException {
        if (!NAME.matcher(artifact.getName()).matches()) {
            throw new StoreException("'%s' is no name of a version's file".formatted(artifact.getName()));
        }
        if (artifact.getBytes() < 1 || artifact.getBytes() > limit) {
            throw new StoreException("%s is said to have %s bytes: at least 1 and at most %d are read"
                    .formatted(artifact.getName(), Long.toUnsignedString(artifact.getBytes()), limit));
        }
        if (!ModelCache.isSha256(artifact.getSha256())) {
            throw new StoreException("'%s' of %s is no SHA-256".formatted(artifact.getSha256(), artifact.getName()));
        }
    }

    private Optional<byte[]> cached(Artifact artifact) {
        try {
            return cache().read(artifact);
        } catch (IOException e) {
            complain(e);
            return Optional.empty();
        }
    }

    private void keep(Artifact artifact, byte[] content) {
        try {
            cache().write(artifact, content);
        } catch (IOException e) {
            complain(e);
        }
    }

    /** What was live when this host last knew. */
    public synchronized Optional<LiveVersion> lastLive() {
        try {
            return cache().live(scope);
        } catch (IOException e) {
            complain(e);
            return Optional.empty();
        }
    }

    /** Remembers what is live and keeps its files from then on, unless something newer is remembered. */
    public synchronized void rememberLive(LiveVersion live) {
        try {
            if (!cache().rememberLive(scope, live)) {
                return;
            }
        } catch (IOException e) {
            complain(e);
            return;
        }
        ModelVersion version = live.getVersion();
        try {
            // Others may have evicted them just before, to make room for their own.
            fetchUnlessThere(version, version.getOnnx());
            if (version.hasProbe()) {
                fetchUnlessThere(version, version.getProbe());
            }
        } catch (IOException e) {
            LOG.warn("version {} is live, but cannot be kept in {}", version.getVersion(), folder, e);
        }
    }

    /** Looks at the name and the size only: whoever reads it looks at the content, and this is done at every rollout. */
    private void fetchUnlessThere(ModelVersion version, Artifact artifact) throws IOException {
        requireSane(artifact, artifact.getBytes());
        if (!cache().isThere(artifact)) {
            read(version.getVersion(), artifact, artifact.getBytes());
        }
    }

    private ModelCache cache() throws IOException {
        if (cache.isEmpty()) {
            cache = Optional.of(ModelCache.open(folder));
        }
        return cache.get();
    }

    private void complain(IOException e) {
        if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
            LOG.debug("was interrupted while it used the cache", e);
            return;
        }
        if (!complained) {
            LOG.warn(
                    "cannot use the cache in {}: without it, models come from HDFS each time, and a restart needs HDFS"
                            + " and ZooKeeper; mend the folder, or name another with --cache",
                    folder,
                    e);
        }
        complained = true;
    }
}
