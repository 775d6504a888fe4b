package io.inkstream.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Copies a version's files into a local folder: each is written beside its place under a name of its own, and moved there
 * once all of them have turned out to be what was published. What is there already is never overwritten.
 */
final class Fetch {
    private final Path folder;

    /**
     * A file that is in its place now.
     *
     * @param copied false where the same file was there before
     */
    record Fetched(PublishedFile file, Path path, boolean copied) {}

    /** Something else has the name. */
    static final class OccupiedException extends IOException {
        private static final long serialVersionUID = 1L;

        OccupiedException(Path path) {
            super(path + " is there already, and is not the file that was published; choose another folder (--to)");
        }
    }

    private record Part(PublishedFile file, Path target, Path part) {}

    Fetch(Path folder) {
        this.folder = folder;
    }

    /**
     * Leaves nothing half-written behind.
     *
     * @throws OccupiedException if the folder holds a file of that name with other content
     * @throws PublishedFile.NotAsPublishedException if a file is not what was published
     */
    List<Fetched> fetch(List<PublishedFile> files) throws IOException {
        List<Fetched> fetched = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (PublishedFile file : files) {
            Path target = folder.resolve(file.name());
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                requireSame(target, file);
                fetched.add(new Fetched(file, target, false));
            } else {
                parts.add(new Part(file, target, folder.resolve("." + file.name() + "-" + UUID.randomUUID())));
            }
        }
        Files.createDirectories(folder);
        try {
            for (Part part : parts) {
                download(part);
            }
            for (Part part : parts) {
                fetched.add(new Fetched(part.file(), place(part), true));
            }
        } finally {
            for (Part part : parts) {
                Files.deleteIfExists(part.part());
            }
        }
        return fetched;
    }

    private static void requireSame(Path target, PublishedFile file) throws IOException {
        if (!Files.isRegularFile(target) || Files.size(target) != file.bytes()) {
            throw new OccupiedException(target);
        }
        MessageDigest digest = PublishedFile.sha256Digest();
        try (InputStream in = Files.newInputStream(target);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
            throw new OccupiedException(target);
        }
    }

    private static void download(Part part) throws IOException {
        try (FileChannel channel =
                FileChannel.open(part.part(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            part.file().copyTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    private static Path place(Part part) throws IOException {
        try {
            return Files.move(part.part(), part.target());
        } catch (FileAlreadyExistsException e) {
            OccupiedException occupied = new OccupiedException(part.target());
            occupied.initCause(e);
            throw occupied;
        }
    }
}
