package io.inkstream.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folders of a sandbox: one for each server in one for all. A marker file tells it from other folders, so that a
 * folder with somebody's own files is neither taken nor removed.
 *
 * @param temporary made for this sandbox alone: whatever is in it goes with it
 */
public record Folders(Path root, boolean temporary) {
    static final String MARKER = ".inkstream-sandbox";

    /** In {@code given}, which must be missing, empty or of an earlier sandbox, or in a new temporary folder. */
    public static Folders make(Optional<Path> given) {
        try {
            Path root = given.isPresent()
                    ? Files.createDirectories(given.get().toAbsolutePath().normalize())
                    : Files.createTempDirectory("inkstream-sandbox-");
            Path marker = root.resolve(MARKER);
            if (!Files.exists(marker)) {
                requireEmpty(root);
                Files.createFile(marker);
            }
            return new Folders(root, given.isEmpty());
        } catch (IOException e) {
            throw new SandboxException(
                    "The folder of the sandbox cannot be made (" + e + "); choose one that can be written to", e);
        }
    }

    public Path zookeeper() {
        return root.resolve("zookeeper");
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    public Path hdfs() {
        return root.resolve("hdfs");
    }

    public Path flink() {
        return root.resolve("flink");
    }

    /** What servers in processes of their own are started with, and their logs. */
    public Path processes() {
        return root.resolve("processes");
    }

    public void remove() {
        try {
            if (temporary) {
                removeTree(root);
                return;
            }
            for (Path folder : List.of(processes(), flink(), hdfs(), kafka(), zookeeper())) {
                removeTree(folder);
            }
            Files.deleteIfExists(root.resolve(MARKER));
            if (isEmpty(root)) {
                Files.deleteIfExists(root);
            }
        } catch (IOException e) {
            throw new SandboxException("The sandbox's folder " + root + " could not be removed; remove it", e);
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (!isEmpty(folder)) {
            throw new SandboxException("Folder " + folder
                    + " has files that are no sandbox's; choose one that is empty, or that does not exist yet");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void removeTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
