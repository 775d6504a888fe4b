package io.inkstream.gateway;

import io.inkstream.datasets.Datasets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The local files that clients may name: those in one folder, wherever links lead.
 *
 * <p>What a client names may be a data set of several files; each of them is looked at, before any is opened.
 */
final class DataFiles {
    private static final Pattern PICKLE = Pattern.compile(".*\\.(p|pkl|pickle)(\\.gz)?");
    private static final Pattern IDX_IMAGES = Pattern.compile("(?<prefix>.*)-images[-.]idx3-ubyte(\\.gz)?");
    private static final int DEEPEST_FOLDER = 2;

    private final Optional<Path> root;

    /** @throws IllegalArgumentException where the folder is not there */
    DataFiles(Optional<Path> root) {
        this.root = root.map(DataFiles::real);
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--data-root %s: %s; give a folder that is there".formatted(folder, e), e);
        }
    }

    /**
     * What {@link io.inkstream.datasets.Datasets#open} takes for what the client named.
     *
     * @throws ProblemException where it is not in the folder, or is not to be read
     */
    String dataset(String named) {
        refusePickle(named);
        Path path = below(named);
        // The file that will be opened, which is not the one that is named where a part of it is.
        requireInside(Datasets.file(path.toString()), named);
        return path.toString();
    }

    /** As above, of an image. */
    byte[] image(String named, int most) {
        refusePickle(named);
        Path path = below(named);
        requireInside(path, named);
        if (!Files.isRegularFile(path)) {
            throw notThere(named);
        }
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw ProblemException.tooLarge(
                        "%s has more than %d bytes".formatted(Words.cut(named), most), "make the image smaller");
            }
            return bytes;
        } catch (IOException e) {
            throw ProblemException.notFound(
                    "%s cannot be read".formatted(Words.cut(named)), "have the file's permissions looked at");
        }
    }

    /** A client that sends pickles has used the service before this one. */
    static void refusePickle(String named) {
        if (PICKLE.matcher(named.toLowerCase(Locale.ROOT)).matches()) {
            throw new ProblemException(
                    415,
                    "%s is a pickle, which is not read: to open one is to run the program that it holds"
                            .formatted(Words.cut(named)),
                    "save the arrays with numpy.savez_compressed('mnist.npz', x_train=images, y_train=labels) and name"
                            + " mnist.npz; an image: save it as PNG");
        }
    }

    private Path folder() {
        return root.orElseThrow(() -> ProblemException.badRequest(
                "no folder of local files is configured",
                "start the gateway with --data-root, name a file in hdfs://, or send the bytes"));
    }

    private Path below(String named) {
        Path path = path(folder(), named);
        if (!path.startsWith(folder())) {
            throw outside(named);
        }
        return path;
    }

    private void requireInside(Path path, String named) {
        requireInside(folder(), path.equals(folder()) ? path : path.getParent(), named);
        requireFilesInside(folder(), path, named);
    }

    private static Path path(Path folder, String named) {
        if (named.isBlank()) {
            throw ProblemException.badRequest("the path is blank", "name a file or a folder");
        }
        try {
            return folder.resolve(named).normalize();
        } catch (InvalidPathException e) {
            throw ProblemException.badRequest("'%s' is no path".formatted(Words.cut(named)), "name a file or a folder");
        }
    }

    /** The file itself, what belongs to it by its name, and all that is in a folder. */
    private static void requireFilesInside(Path folder, Path path, String named) {
        boolean isFolder = Files.isDirectory(path);
        String name = prefix(path);
        // Links are followed here as by those who open the files.
        try (Stream<Path> files = isFolder
                ? Files.walk(path, DEEPEST_FOLDER, FileVisitOption.FOLLOW_LINKS)
                : Files.list(path.getParent())) {
            files.filter(file -> isFolder || file.getFileName().toString().startsWith(name))
                    .forEach(file -> requireInside(folder, file, named));
        } catch (IOException | UncheckedIOException e) {
            throw notThere(named);
        }
    }

    private static String prefix(Path path) {
        String name = path.getFileName() == null ? "" : path.getFileName().toString();
        Matcher idx = IDX_IMAGES.matcher(name);
        return idx.matches() ? idx.group("prefix") : name;
    }

    private static void requireInside(Path folder, Path path, String named) {
        try {
            if (!path.toRealPath().startsWith(folder)) {
                throw outside(named);
            }
        } catch (IOException e) {
            throw notThere(named);
        }
    }

    /** The same for what is there and what is not: nobody is to learn of files outside. */
    private static ProblemException outside(String named) {
        return new ProblemException(
                403,
                "'%s' is outside the folder of data files".formatted(Words.cut(named)),
                "name a path below it; links out of it are not followed");
    }

    private static ProblemException notThere(String named) {
        return ProblemException.notFound(
                "there is no '%s' in the folder of data files".formatted(Words.cut(named)),
                "name an IDX file or its prefix, an npz, a folder of images, or an image");
    }

    /** A message without the folder's own place, which is nobody's business. */
    String withoutRoot(String message) {
        return root.map(folder -> message.replace(folder + "/", "")).orElse(message);
    }
}
