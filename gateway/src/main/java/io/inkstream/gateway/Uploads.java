package io.inkstream.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.server.handlers.form.FormData;
import io.undertow.server.handlers.form.FormDataParser;
import io.undertow.server.handlers.form.MultiPartParserDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Receives data sets as files of a form, onto the disk and never into memory, few at once. */
final class Uploads {
    /** No path, nothing hidden, nothing that another system takes for something else. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

    private static final Pattern IDX_IMAGES = Pattern.compile(".*-images[-.]idx3-ubyte(\\.gz)?");
    private static final int AT_ONCE = 2;
    private static final int MOST_FILES = 10;

    private final Limits limits;
    private final Semaphore uploads = new Semaphore(AT_ONCE);

    Uploads(Limits limits) {
        this.limits = limits;
    }

    /** The files of one upload, until it is closed. */
    final class Upload implements AutoCloseable {
        private final Path folder;
        private final List<Path> files = new ArrayList<>();

        private Upload() throws IOException {
            folder = Files.createTempDirectory("inkstream-upload-");
        }

        List<Path> files() {
            return files;
        }

        /** Several files that are no IDX files are images. */
        boolean isFolder() {
            return files.size() > 1 && files.stream().noneMatch(Upload::isIdx);
        }

        private static boolean isIdx(Path file) {
            return IDX_IMAGES.matcher(file.getFileName().toString()).matches();
        }

        /** Of the file that is to be opened. */
        String name() {
            return files.stream()
                    .filter(Upload::isIdx)
                    .findFirst()
                    .orElse(files.get(0))
                    .getFileName()
                    .toString();
        }

        /** What {@link io.inkstream.datasets.Datasets#open} takes. */
        String spec() {
            return isFolder() ? folder.toString() : folder.resolve(name()).toString();
        }

        private void take(FormData.FormValue value) throws IOException {
            String name = value.getFileName() == null ? "" : value.getFileName();
            DataFiles.refusePickle(name);
            if (!NAME.matcher(name).matches() || files.size() == MOST_FILES) {
                throw ProblemException.badRequest(
                        "the upload has more than %d files, or one with the name '%s'"
                                .formatted(MOST_FILES, Words.cut(name)),
                        "send an npz, or the two IDX files, named with letters, digits, dots, dashes and underscores");
            }
            Path target = folder.resolve(name);
            if (files.contains(target)) {
                throw ProblemException.badRequest("two files are named " + name, "give each its own name");
            }
            files.add(Files.move(value.getFileItem().getFile(), target));
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } finally {
                uploads.release();
            }
        }
    }

    /** @throws ProblemException where there is none, it is too large, or too many are under way */
    Upload receive(HttpServerExchange exchange) throws IOException {
        if (!uploads.tryAcquire()) {
            throw ProblemException.tooMany("%d uploads are under way".formatted(AT_ONCE), "try again in a while");
        }
        Upload upload;
        try {
            upload = new Upload();
        } catch (IOException e) {
            uploads.release();
            throw e;
        }
        try {
            receive(exchange, upload);
            return upload;
        } catch (RequestTooBigException | MultiPartParserDefinition.FileTooLargeException e) {
            upload.close();
            throw ProblemException.tooLarge(
                    "the upload has more than %d bytes".formatted(limits.dataBytes()),
                    "send it in parts, or copy it into HDFS and name it there");
        } catch (IOException | RuntimeException e) {
            upload.close();
            throw e;
        }
    }

    private void receive(HttpServerExchange exchange, Upload upload) throws IOException {
        MultiPartParserDefinition form = new MultiPartParserDefinition(upload.folder);
        form.setFileSizeThreshold(0);
        form.setMaxIndividualFileSize(limits.dataBytes());
        try (FormDataParser parser = form.create(exchange)) {
            FormData data = parser.parseBlocking();
            for (String field : data) {
                for (FormData.FormValue value : data.get(field)) {
                    if (value.isFileItem()) {
                        upload.take(value);
                    }
                }
            }
        }
        if (upload.files.isEmpty()) {
            throw ProblemException.badRequest("there is no file in the form", "curl -F file=@mnist.npz …/digits/train");
        }
    }
}
