package io.inkstream.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens a data set by what a user writes on the command line. */
public final class Datasets {
    private static final Pattern NPZ_PART = Pattern.compile("(?<file>.*\\.npz)#(?<part>[^/\\\\]*)");

    private Datasets() {}

    /**
     * Opens one of these; compression and format are told by content, not by name:
     *
     * <ul>
     *   <li>{@code …/train}: {@code train-images-idx3-ubyte} or {@code train-images.idx3-ubyte}, with or without
     *       {@code .gz}, and the labels of the same pattern beside it, where there are any;
     *   <li>the images file itself;
     *   <li>{@code mnist.npz} or {@code mnist.npz#train}: {@code x_train} and {@code y_train}; {@code mnist.npz#test};
     *   <li>a folder of PNG and JPEG files; those in sub-folders {@code 0} to {@code 9} are labelled by them;
     *   <li>one PNG or JPEG file.
     * </ul>
     *
     * @throws DatasetException if there is no such thing, or it is not what it should be
     */
    public static Dataset open(String spec) {
        Matcher npzPart = NPZ_PART.matcher(spec);
        if (npzPart.matches()) {
            return Npz.open(existing(file(spec)), npzPart.group("part"));
        }
        Path path = path(spec);
        if (Files.isDirectory(path)) {
            return ImageFiles.folder(path);
        }
        return Files.exists(path) ? openFile(path) : Idx.openPrefix(path);
    }

    /**
     * The file or folder that {@link #open} would open first for {@code spec}, without looking whether it is there.
     *
     * @throws DatasetException if {@code spec} is no path
     */
    public static Path file(String spec) {
        Matcher npzPart = NPZ_PART.matcher(spec);
        return path(npzPart.matches() ? npzPart.group("file") : spec);
    }

    private static Dataset openFile(Path file) {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(8);
        } catch (IOException e) {
            throw new DatasetException("cannot read " + file, e);
        }
        if (Magic.PNG.starts(head) || Magic.JPEG.starts(head)) {
            return ImageFiles.single(file);
        }
        if (Magic.ZIP.starts(head)) {
            return Npz.open(file, "train");
        }
        if (Magic.GZIP.starts(head) || Magic.IDX.starts(head)) {
            return Idx.openImages(file);
        }
        throw new DatasetException(
                file + " is no data set: expected an IDX file (may be gzipped), an npz, a PNG or a JPEG");
    }

    private static Path existing(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DatasetException("not found: " + file);
        }
        return file;
    }

    private static Path path(String spec) {
        if (spec.isBlank()) {
            throw new DatasetException("no path: it is blank");
        }
        try {
            return Path.of(spec);
        } catch (InvalidPathException e) {
            throw new DatasetException("no path: " + spec, new IOException(e));
        }
    }
}
