package io.inkstream.datasets;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;

/**
 * Images that are PNG or JPEG files, handed on as they are: width and height stay 0, they stand in the file itself.
 *
 * @param files in the data set's order; the list of names is in memory, the files are not
 */
record ImageFiles(String name, List<Entry> files) implements Dataset {
    private static final int LARGEST_FILE = 16 << 20;

    /** A file, its id, and its label where a sub-folder gives one. */
    record Entry(Path file, String id, OptionalInt label) {}

    /** One file, without a label. */
    static Dataset single(Path file) {
        String name = file.getFileName().toString();
        return new ImageFiles(name, List.of(new Entry(file, new Ids(name, 1).of(0), OptionalInt.empty())));
    }

    /** All images in the folder and its sub-folders 0 to 9, sorted by path. */
    static Dataset folder(Path folder) {
        Path fileName = folder.toAbsolutePath().normalize().getFileName();
        String name = fileName == null ? "images" : fileName.toString();
        List<ImageFolder.Found> found = ImageFolder.list(folder);
        Ids ids = new Ids(name, found.size());
        List<Entry> entries = new ArrayList<>(found.size());
        for (ImageFolder.Found image : found) {
            entries.add(new Entry(image.file(), ids.of(entries.size()), image.label()));
        }
        return new ImageFiles(name, List.copyOf(entries));
    }

    @Override
    public long size() {
        return files.size();
    }

    @Override
    public boolean labeled() {
        return files.stream().allMatch(entry -> entry.label().isPresent());
    }

    @Override
    public Dataset requireLabels() {
        files.stream().filter(entry -> entry.label().isEmpty()).findFirst().ifPresent(entry -> {
            throw new DatasetException(
                    "no label for " + entry.file() + ": put it into a sub-folder named by its digit, 0 to 9");
        });
        return this;
    }

    @Override
    public Dataset slice(long from, long to) {
        Objects.checkFromToIndex(from, to, size());
        return new ImageFiles(name, files.subList((int) from, (int) to));
    }

    @Override
    public Dataset shuffled(long seed) {
        List<Entry> copy = new ArrayList<>(files);
        Collections.shuffle(copy, new Random(seed));
        return new ImageFiles(name, List.copyOf(copy));
    }

    @Override
    public DatasetIterator iterator() {
        return LoadedDataset.over(files.stream().map(ImageFiles::read).iterator());
    }

    private static LabeledImage read(Entry entry) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(entry.file())) {
            bytes = in.readNBytes(LARGEST_FILE + 1);
        } catch (IOException e) {
            throw new DatasetException("cannot read " + entry.file(), e);
        }
        if (bytes.length > LARGEST_FILE) {
            throw new DatasetException("%s is larger than %d MiB".formatted(entry.file(), LARGEST_FILE >> 20));
        }
        Image image = Image.newBuilder()
                .setId(entry.id())
                .setEncoding(encoding(entry.file(), bytes))
                .setPixels(ByteString.copyFrom(bytes))
                .build();
        LabeledImage.Builder labeled = LabeledImage.newBuilder().setImage(image);
        entry.label().ifPresent(labeled::setLabel);
        return labeled.build();
    }

    private static Encoding encoding(Path file, byte[] bytes) {
        if (Magic.PNG.starts(bytes)) {
            return Encoding.PNG;
        }
        if (Magic.JPEG.starts(bytes)) {
            return Encoding.JPEG;
        }
        throw new DatasetException(file + " is neither PNG nor JPEG, whatever its name says; remove or convert it");
    }
}
