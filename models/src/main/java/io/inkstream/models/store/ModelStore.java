package io.inkstream.models.store;

import io.inkstream.schemas.v1.Artifact;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.client.HdfsClientConfigKeys;

/**
 * Keeps the files of one model's versions in HDFS.
 *
 * <p>A version is a folder, {@code <root>/models/<model>/<version>/}. Its files are written to a staging folder under a
 * name of their own, which is renamed into place as a whole: a reader sees all files of a version or none, and a version
 * that stands is never written to again. Publishing twice is harmless; publishing other bytes under the same number fails.
 */
public final class ModelStore {

    public static final String ONNX = "model.onnx";
    public static final String TRAINING = "training.pb";

    /** No artefact of a digit reader comes near this; what claims to be larger is not read into memory. */
    static final long MAX_ARTIFACT_BYTES = 256L << 20;

    private static final String STAGING = ".staging";
    private static final String UNREGISTERED = ".unregistered";
    private static final Pattern STAGED_NAME = Pattern.compile("(\\d{1,18})-.+");
    private static final Pattern PUBLISHED_NAME = Pattern.compile("[1-9]\\d{0,17}");

    private final FileContext files;
    private final Path folder;

    private ModelStore(FileContext files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /**
     * Opens the store of a model.
     *
     * @param root the URI under which Inkstream keeps everything, such as {@code hdfs://namenode:8020/inkstream}
     */
    public static ModelStore open(String root, String model) throws IOException {
        FileContext files = FileContext.getFileContext(URI.create(root), clientSettings());
        return new ModelStore(files, files.makeQualified(new Path(folder(root, model))));
    }

    /** Below which everything of a model's versions is, as a URI. */
    public static String folder(String root, String model) {
        return root + "/models/" + model;
    }

    /**
     * Where a DataNode reports the last block of a file a little late, HDFS' client would look again after 400 ms only, as
     * long as all the rest of publishing takes.
     */
    private static Configuration clientSettings() {
        Configuration settings = new Configuration();
        settings.setInt(HdfsClientConfigKeys.BlockWrite.LOCATEFOLLOWINGBLOCK_INITIAL_DELAY_MS_KEY, 10);
        settings.setInt(HdfsClientConfigKeys.BlockWrite.LOCATEFOLLOWINGBLOCK_RETRIES_KEY, 11);
        return settings;
    }

    /** Where a version's files are, or will be, as a URI. */
    public String location(long version) {
        return published(version).toString();
    }

    /**
     * Writes the files of a version that is not published yet, each synced to disk.
     *
     * @return the staging folder's URI, for {@link #publish}
     */
    public String stage(long version, Map<String, byte[]> contents) throws IOException {
        Path staged = new Path(new Path(folder, STAGING), version + "-" + UUID.randomUUID());
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            try (FSDataOutputStream out = files.create(
                    new Path(staged, file.getKey()),
                    EnumSet.of(CreateFlag.CREATE),
                    Options.CreateOpts.createParent())) {
                out.write(file.getValue());
                out.hsync();
            }
        }
        return staged.toString();
    }

    /** Names, sizes and hashes of files, for the registry. */
    public static Artifact describe(String name, byte[] content) {
        return Artifact.newBuilder()
                .setName(name)
                .setBytes(content.length)
                .setSha256(Sha256.of(content))
                .build();
    }

    /**
     * Moves staged files to where the version's readers look, after reading them back and comparing them with what was
     * meant to be written. Does nothing where that has happened before.
     *
     * @throws StoreException when what is staged, or what stands there already, is not {@code artifacts}
     */
    public void publish(String staged, long version, List<Artifact> artifacts) throws IOException {
        Path target = published(version);
        if (exists(target)) {
            verify(target, artifacts);
        } else {
            verify(new Path(staged), artifacts);
            files.rename(new Path(staged), target, Options.Rename.NONE);
        }
    }

    /** Deletes what crashed attempts left behind for this version or an earlier one. */
    public void discardStagedUpTo(long version) throws IOException {
        for (FileStatus status : list(new Path(folder, STAGING))) {
            Matcher name = STAGED_NAME.matcher(status.getPath().getName());
            if (name.matches() && Long.parseLong(name.group(1)) <= version) {
                files.delete(status.getPath(), true);
            }
        }
    }

    /** The numbers of all versions whose files are in place, registered or not, ascending. */
    public List<Long> versions() throws IOException {
        return list(folder).stream()
                .map(status -> status.getPath().getName())
                .filter(PUBLISHED_NAME.asMatchPredicate())
                .map(Long::valueOf)
                .sorted()
                .toList();
    }

    /** Deletes a version's files. Does nothing where there are none. */
    public void delete(long version) throws IOException {
        if (exists(published(version))) {
            files.delete(published(version), true);
        }
    }

    /**
     * Moves a version's files out of the way of others of that number, without deleting them.
     *
     * @return where they are now, as a URI; empty where there are none
     */
    public Optional<String> setAside(long version) throws IOException {
        if (!exists(published(version))) {
            return Optional.empty();
        }
        Path aside = new Path(new Path(folder, UNREGISTERED), version + "-" + UUID.randomUUID());
        files.mkdir(aside.getParent(), FsPermission.getDirDefault(), true);
        files.rename(published(version), aside, Options.Rename.NONE);
        return Optional.of(aside.toString());
    }

    /**
     * Reads a published file.
     *
     * @throws StoreException when it is missing, larger than the store ever writes, or not the bytes that were published
     */
    public byte[] read(long version, Artifact artifact) throws IOException {
        return read(published(version), artifact);
    }

    private void verify(Path target, List<Artifact> artifacts) throws IOException {
        for (Artifact artifact : artifacts) {
            read(target, artifact);
        }
    }

    private byte[] read(Path in, Artifact artifact) throws IOException {
        Path path = new Path(in, artifact.getName());
        try (FSDataInputStream stream = files.open(path)) {
            long length = files.getFileStatus(path).getLen();
            if (length != artifact.getBytes() || length > MAX_ARTIFACT_BYTES) {
                throw new StoreException("%s has %d bytes, %d were published (at most %d are read)"
                        .formatted(path, length, artifact.getBytes(), MAX_ARTIFACT_BYTES));
            }
            byte[] content = new byte[(int) length];
            stream.readFully(0, content);
            String sha256 = Sha256.of(content);
            if (!sha256.equals(artifact.getSha256())) {
                throw new StoreException("%s has SHA-256 %s, %s was published: it was changed after it was written"
                        .formatted(path, sha256, artifact.getSha256()));
            }
            return content;
        } catch (FileNotFoundException e) {
            StoreException missing = new StoreException(path + " is missing");
            missing.initCause(e);
            throw missing;
        }
    }

    private List<FileStatus> list(Path in) throws IOException {
        List<FileStatus> found = new ArrayList<>();
        if (exists(in)) {
            RemoteIterator<FileStatus> entries = files.listStatus(in);
            while (entries.hasNext()) {
                found.add(entries.next());
            }
        }
        return found;
    }

    private boolean exists(Path path) throws IOException {
        return files.util().exists(path);
    }

    private Path published(long version) {
        return new Path(folder, Long.toString(version));
    }
}
