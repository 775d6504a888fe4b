package io.inkstream.models.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A folder that several processes change in turn, a whole file at a time. */
final class CacheFolder {

    private static final long LOCK_RETRY_NANOS = 5_000_000;

    private final Path folder;
    /** Half-written files, told from whole ones by where they are. */
    private final Path unfinished;

    private CacheFolder(Path folder) throws IOException {
        this.folder = folder;
        this.unfinished = subfolder("unfinished");
    }

    static CacheFolder open(Path folder) throws IOException {
        // What lies here is trusted when nobody else answers: nobody but the owner may put anything in.
        Files.createDirectories(folder, ownersOnly());
        requireOurs(folder);
        return new CacheFolder(folder);
    }

    private static void requireOurs(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "owner", "");
        try {
            UserPrincipal ours = Files.getOwner(probe);
            UserPrincipal theirs = Files.getOwner(folder);
            if (!theirs.equals(ours)) {
                throw new IOException(
                        "%s belongs to %s, not to %s: name a folder in it that does not exist yet, so that it is made for %s alone (--cache)"
                                .formatted(folder, theirs.getName(), ours.getName(), ours.getName()));
            }
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private static FileAttribute<?>[] ownersOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    Path subfolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    static List<Path> list(Path in) throws IOException {
        try (Stream<Path> found = Files.list(in)) {
            return found.toList();
        }
    }

    /** The beginning of time for what has gone meanwhile. */
    static FileTime lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    interface Change {
        void make() throws IOException;
    }

    /** Waits until nobody else, in this process or another, changes the folder. */
    @SuppressWarnings("try") // the lock is only held
    void locked(Change change) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = acquire(channel)) {
            clearUnfinished();
            change.make();
        }
    }

    private static FileLock acquire(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                // Another thread of this process has it, and for those Java does not wait.
                LockSupport.parkNanos(LOCK_RETRY_NANOS);
            }
        }
    }

    /** Whoever has the lock is alone: what lies here was left by a process that died. */
    private void clearUnfinished() throws IOException {
        for (Path file : list(unfinished)) {
            Files.deleteIfExists(file);
        }
    }

    /** To be called with the lock only. A reader sees the file as it was, or as it is to be. */
    void replace(Path file, byte[] content) throws IOException {
        Path beside = unfinished.resolve(UUID.randomUUID().toString());
        try (FileChannel out = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        try {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "%s was taken away while it was written: does something clean %s up?".formatted(beside, folder), e);
        }
    }
}
