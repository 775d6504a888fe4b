package io.inkstream.cli;

import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Path;

/** A file of a version where the registry says that it is, read piece by piece and compared with what was published. */
final class PublishedFile {
    /** As in the store: nothing that Inkstream publishes comes near it. */
    private static final long MAX_IN_MEMORY = 256L << 20;

    private static final int PIECE = 1 << 16;

    private final ModelVersion version;
    private final String name;
    private final Artifact artifact;

    private PublishedFile(ModelVersion version, String name, Artifact artifact) {
        this.version = version;
        this.name = name;
        this.artifact = artifact;
    }

    static PublishedFile onnx(ModelVersion version) {
        return new PublishedFile(version, ModelStore.ONNX, version.getOnnx());
    }

    static PublishedFile training(ModelVersion version) {
        return new PublishedFile(version, ModelStore.TRAINING, version.getTraining());
    }

    static List<PublishedFile> of(ModelVersion version) {
        return List.of(onnx(version), training(version));
    }

    /** One of two fixed names, so that it is safe as the name of a local file. */
    String name() {
        return name;
    }

    long bytes() {
        return artifact.getBytes();
    }

    /** Lower-case hexadecimal. */
    String sha256() {
        return artifact.getSha256();
    }

    /**
     * Writes the file's bytes to {@code out}; whether they are the right ones is known at the end.
     *
     * @throws NotAsPublishedException if the file is missing or is not what was published
     * @throws IOException if HDFS does not answer, or {@code out} cannot be written
     */
    void copyTo(OutputStream out) throws IOException {
        MessageDigest digest = sha256Digest();
        Path path = path();
        FileContext files = FileContext.getFileContext(path.toUri(), configuration());
        try (FSDataInputStream in = files.open(path)) {
            requireSize(path, files.getFileStatus(path).getLen());
            copy(in, new DigestOutputStream(out, digest), path);
        } catch (FileNotFoundException e) {
            throw new NotAsPublishedException(path + " is missing", e);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(sha256())) {
            throw new NotAsPublishedException("%s has SHA-256 %s, %s was published: it was changed after it was written"
                    .formatted(path, found, sha256()));
        }
    }

    private void copy(FSDataInputStream in, OutputStream out, Path path) throws IOException {
        byte[] piece = new byte[PIECE];
        long copied = 0;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            copied += read;
            if (copied > bytes()) {
                requireSize(path, copied);
            }
            out.write(piece, 0, read);
        }
        requireSize(path, copied);
    }

    private void requireSize(Path path, long size) throws NotAsPublishedException {
        if (size != bytes()) {
            throw new NotAsPublishedException("%s has %d bytes, %d were published".formatted(path, size, bytes()));
        }
    }

    /** As {@link #copyTo}, into memory. */
    byte[] content() throws IOException {
        if (bytes() < 0 || bytes() > MAX_IN_MEMORY) {
            throw new NotAsPublishedException("%s has %s bytes in the registry, at most %d are read"
                    .formatted(name, Long.toUnsignedString(bytes()), MAX_IN_MEMORY));
        }
        // It grows with what comes: the registry's size is a claim.
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        copyTo(content);
        return content.toByteArray();
    }

    private Path path() throws NotAsPublishedException {
        try {
            return new Path(new Path(URI.create(version.getLocation())), name);
        } catch (IllegalArgumentException e) {
            throw new NotAsPublishedException(
                    "the registry says that the files are in '%s', which is no folder's URI"
                            .formatted(version.getLocation()),
                    e);
        }
    }

    /** A person waits: without this a host that does not answer is tried for a quarter of an hour. */
    private static Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_TIMEOUT_KEY, 5_000);
        configuration.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_MAX_RETRIES_KEY, 3);
        configuration.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_MAX_RETRIES_ON_SOCKET_TIMEOUTS_KEY, 1);
        return configuration;
    }

    static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The file is missing, or is not the bytes that were published. */
    static final class NotAsPublishedException extends IOException {
        private static final long serialVersionUID = 1L;

        NotAsPublishedException(String message) {
            super(message);
        }

        NotAsPublishedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
