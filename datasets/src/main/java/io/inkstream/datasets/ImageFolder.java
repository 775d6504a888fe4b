package io.inkstream.datasets;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Lists the images of a folder, and takes labels from the names of its sub-folders. */
final class ImageFolder {
    /** An image file, and its label if it lies in a sub-folder. */
    record Found(Path file, OptionalInt label) {}

    private ImageFolder() {}

    /**
     * Lists files that end in .png, .jpg or .jpeg, one level deep; hidden files and folders are left out.
     *
     * @throws DatasetException if there are none, or a sub-folder is not named 0 to 9: its images would be lost silently
     */
    static List<Found> list(Path folder) {
        List<Found> images = new ArrayList<>();
        for (Path path : sorted(folder)) {
            if (Files.isDirectory(path)) {
                OptionalInt label = OptionalInt.of(label(path));
                sorted(path).stream()
                        .filter(ImageFolder::isImage)
                        .forEach(image -> images.add(new Found(image, label)));
            } else if (isImage(path)) {
                images.add(new Found(path, OptionalInt.empty()));
            }
        }
        if (images.isEmpty()) {
            throw new DatasetException(
                    "no images in " + folder + " (looked for *.png, *.jpg and *.jpeg, also in 0/ to 9/)");
        }
        return images;
    }

    private static List<Path> sorted(Path folder) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(folder, path -> !name(path).startsWith("."))) {
            stream.forEach(paths::add);
        } catch (IOException e) {
            throw new DatasetException("cannot list " + folder, e);
        }
        Collections.sort(paths);
        return paths;
    }

    private static int label(Path folder) {
        if (!name(folder).matches("[0-9]")) {
            throw new DatasetException(folder
                    + " is not named by a digit, 0 to 9: labels come from sub-folders' names; rename or move it");
        }
        return Integer.parseInt(name(folder));
    }

    private static boolean isImage(Path path) {
        String name = name(path).toLowerCase(Locale.ROOT);
        return Files.isRegularFile(path) && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
