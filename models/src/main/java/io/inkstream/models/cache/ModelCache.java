package io.inkstream.models.cache;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.CachedLive;
import io.inkstream.schemas.v1.LiveVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps artefacts on the local disk by their SHA-256, and what was live last.
 *
 * <p>A file is written beside, synced, and renamed into place; what is read is verified, and thrown away where it is
 * damaged. So several processes may share a folder: the worst that one can do to another is to make it fetch a file again.
 * At most so many files are kept, those used last, and always those of what was live last. Those who change the folder
 * take turns, by a lock on a file in it.
 */
public final class ModelCache {

    /** What is kept unless told otherwise. */
    public static final int DEFAULT_FILES = 16;

    static final int FORMAT = 1;
    /** So many models may be remembered on one host, those that moved last. */
    static final int MAX_MODELS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SCOPE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    /** Metadata of one version is some kilobytes; what is larger is not read into memory. */
    private static final long MAX_LIVE_BYTES = 4 << 20;

    private final Path files;
    private final Path lives;
    private final CacheFolder folder;
    private final int limit;

    private ModelCache(CacheFolder folder, int limit) throws IOException {
        this.folder = folder;
        this.limit = limit;
        this.files = folder.subfolder("files");
        this.lives = folder.subfolder("live");
    }

    /**
     * Opens a cache, whose folder is made where there is none.
     *
     * @throws IOException when the folder cannot be made or written to, or belongs to another user
     */
    public static ModelCache open(Path folder) throws IOException {
        return open(folder, DEFAULT_FILES);
    }

    /**
     * As {@link #open(Path)}, with a limit of its own.
     *
     * @param limit how many files are kept, those of what was live last included as far as they fit
     */
    public static ModelCache open(Path folder, int limit) throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("a cache of %d files: keep at least 1".formatted(limit));
        }
        return new ModelCache(CacheFolder.open(folder), limit);
    }

    /** The folder for whoever names none: each user of a host has another one. */
    public static Path defaultFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"), "inkstream-cache-" + System.getProperty("user.name"));
    }

    /** An artefact's bytes; empty where they are not here, or were damaged and are thrown away. */
    public Optional<byte[]> read(Artifact artifact) throws IOException {
        Path file = fileOf(artifact);
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size != artifact.getBytes() || size > Integer.MAX_VALUE - 8) {
                return discard(file, "has %d bytes instead of %d".formatted(size, artifact.getBytes()));
            }
            // Whatever happens to the file meanwhile, no more than was announced is read.
            content = in.readNBytes((int) size);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!isContentOf(artifact, content)) {
            return discard(file, "has another SHA-256 than its name");
        }
        markUsed(file);
        return Optional.of(content);
    }

    /** Whether there is a file of that name and size, which counts as a use of it; its content is not looked at. */
    public boolean isThere(Artifact artifact) throws IOException {
        Path file = fileOf(artifact);
        // 0 where there is none.
        boolean isThere = file.toFile().length() == artifact.getBytes();
        if (isThere) {
            markUsed(file);
        }
        return isThere;
    }

    private static boolean isContentOf(Artifact artifact, byte[] content) {
        return ModelStore.describe(artifact.getName(), content).equals(artifact);
    }

    private static Optional<byte[]> discard(Path file, String why) throws IOException {
        LOG.warn("{} {}: it is damaged, and fetched anew", file, why);
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    private static void markUsed(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            LOG.debug("{} was evicted while it was read", file, e);
        }
    }

    /** Keeps an artefact's bytes, and deletes what was not used for longest where there are too many. */
    public void write(Artifact artifact, byte[] content) throws IOException {
        if (!isContentOf(artifact, content)) {
            throw new IllegalArgumentException("these are not the bytes of " + artifact.getName());
        }
        Path file = fileOf(artifact);
        folder.locked(() -> {
            folder.replace(file, content);
            evict(file);
        });
    }

    private void evict(Path justWritten) throws IOException {
        deleteOldest(CacheFolder.list(lives), Set.of(), MAX_MODELS);
        Set<Path> kept = new HashSet<>(Set.of(justWritten));
        for (Path live : CacheFolder.list(lives)) {
            readLive(live).ifPresent(version -> filesOf(version).forEach(kept::add));
        }
        deleteOldest(CacheFolder.list(files), kept, limit);
    }

    private static void deleteOldest(List<Path> all, Set<Path> kept, int limit) throws IOException {
        // Each time is read once: others may use a file while this sorts.
        record Use(Path file, FileTime last) {}
        List<Path> oldestFirst = all.stream()
                .filter(file -> !kept.contains(file))
                .map(file -> new Use(file, CacheFolder.lastUsed(file)))
                .sorted(Comparator.comparing(Use::last))
                .map(Use::file)
                .toList();
        int excess = Math.max(0, all.size() - limit);
        for (Path file : oldestFirst.subList(0, Math.min(excess, oldestFirst.size()))) {
            Files.deleteIfExists(file);
        }
    }

    private List<Path> filesOf(LiveVersion live) {
        return List.of(live.getVersion().getOnnx(), live.getVersion().getProbe()).stream()
                .filter(artifact -> SHA256.matcher(artifact.getSha256()).matches())
                .map(this::fileOf)
                .toList();
    }

    /**
     * What was live when {@link #rememberLive} was last called for this scope.
     *
     * @param scope a model of one store
     */
    public Optional<LiveVersion> live(String scope) throws IOException {
        return readLive(liveFile(scope));
    }

    private static Optional<LiveVersion> readLive(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.size(file) > MAX_LIVE_BYTES) {
                LOG.warn("{} is larger than {} bytes: it is ignored", file, MAX_LIVE_BYTES);
                return Optional.empty();
            }
            CachedLive cached = CachedLive.parseFrom(in.readNBytes((int) MAX_LIVE_BYTES));
            if (cached.getFormat() != FORMAT || !cached.hasLive()) {
                LOG.warn("{} has format {}, this release reads {}: it is ignored", file, cached.getFormat(), FORMAT);
                return Optional.empty();
            }
            return Optional.of(cached.getLive());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{} is damaged and ignored", file, e);
            return Optional.empty();
        }
    }

    /**
     * Remembers what is live, whose files are not evicted from then on. Whether they are there is for the caller to see.
     *
     * @return false where what is remembered already is newer, and stays
     */
    public boolean rememberLive(String scope, LiveVersion live) throws IOException {
        Path file = liveFile(scope);
        boolean[] remembered = {false};
        folder.locked(() -> {
            Optional<LiveVersion> before = readLive(file);
            if (before.equals(Optional.of(live))) {
                // By another scorer of this host.
                remembered[0] = true;
            } else if (before.isEmpty()
                    || !Moves.isOlder(live.getPointer(), before.get().getPointer())) {
                folder.replace(
                        file,
                        CachedLive.newBuilder()
                                .setFormat(FORMAT)
                                .setLive(live)
                                .build()
                                .toByteArray());
                remembered[0] = true;
            }
        });
        return remembered[0];
    }

    static boolean isSha256(String text) {
        return SHA256.matcher(text).matches();
    }

    private Path fileOf(Artifact artifact) {
        if (!SHA256.matcher(artifact.getSha256()).matches()) {
            throw new IllegalArgumentException("'%s' is no SHA-256".formatted(artifact.getSha256()));
        }
        return files.resolve(artifact.getSha256());
    }

    private Path liveFile(String scope) {
        if (!SCOPE.matcher(scope).matches()) {
            throw new IllegalArgumentException("scope '%s' cannot be a file's name".formatted(scope));
        }
        return lives.resolve(scope + ".pb");
    }
}
