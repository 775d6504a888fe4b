package io.inkstream.gateway;

import io.inkstream.datasets.DatasetException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files in HDFS that clients may name, those below one folder; and where uploads are kept until they are sent, so that
 * any gateway can go on with them.
 *
 * <p>A data set is copied to the local disk, piece by piece, before it is read: an npz has its table of contents at its end.
 */
final class HdfsData {
    private static final Pattern NPZ_PART = Pattern.compile("(?<file>.*\\.npz)#(?<part>[a-z]{1,16})");
    private static final String UPLOADS = "uploads";
    private static final int PIECE = 1 << 16;
    private static final int MOST_FILES = 200_000;
    private static final int DEEPEST_FOLDER = 2;

    private final Path root;
    private final long mostBytes;

    HdfsData(String root, long mostBytes) {
        this.root = new Path(root);
        this.mostBytes = mostBytes;
    }

    static boolean isHdfs(String named) {
        return named.startsWith("hdfs:");
    }

    /**
     * What the client named, if it may be read. Whether it is there is found out later.
     *
     * @throws ProblemException where it is outside the folder
     */
    void require(String named) {
        DataFiles.refusePickle(named);
        inside(file(named));
    }

    private static String file(String named) {
        Matcher npz = NPZ_PART.matcher(named);
        return npz.matches() ? npz.group("file") : named;
    }

    private Path inside(String named) {
        URI uri;
        Path path;
        try {
            uri = URI.create(named);
            // As it will be opened: what stands for dots and slashes is decoded, and then they are resolved.
            path = new Path(root.toUri().getScheme(), root.toUri().getAuthority(), pathOf(uri));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "'%s' is no URI".formatted(Words.cut(named)), "name a file such as %s/mnist.npz".formatted(root));
        }
        String folder = root.toUri().getPath();
        boolean below = path.toUri().getPath().startsWith(folder.endsWith("/") ? folder : folder + "/");
        boolean sameServer = root.toUri().getAuthority() == null
                || uri.getAuthority() == null
                || root.toUri().getAuthority().equals(uri.getAuthority());
        if (!below || !sameServer) {
            throw new ProblemException(
                    403,
                    "'%s' is outside %s".formatted(Words.cut(named), root),
                    "copy it there, or start the gateway with --hdfs-data for another folder");
        }
        return path;
    }

    private static String pathOf(URI uri) {
        if (uri.getPath() == null) {
            throw new IllegalArgumentException("it has no path");
        }
        return uri.getPath();
    }

    /** As {@link DataFiles#image}. */
    byte[] image(String named, int most) {
        Path path = inside(named);
        try (InputStream in = files().open(path)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw ProblemException.tooLarge(
                        "%s has more than %d bytes".formatted(Words.cut(named), most), "make the image smaller");
            }
            return bytes;
        } catch (FileNotFoundException e) {
            throw ProblemException.notFound(
                    "there is no %s".formatted(Words.cut(named)), "look with hdfs dfs -ls " + root);
        } catch (IOException e) {
            throw ProblemException.unavailable("HDFS does not answer: " + Words.of(e), "try again");
        }
    }

    /**
     * Copies a data set into a folder of this machine.
     *
     * @return what {@link io.inkstream.datasets.Datasets#open} takes
     * @throws DatasetException where it is not there, or is too large
     * @throws IOException where HDFS does not answer
     */
    String fetch(String named, java.nio.file.Path into) throws IOException {
        Path path = inside(file(named));
        Matcher npz = NPZ_PART.matcher(named);
        String part = npz.matches() ? "#" + npz.group("part") : "";
        Copying copying = new Copying();
        if (isFolder(path)) {
            java.nio.file.Path folder = Files.createDirectories(into.resolve(path.getName()));
            copying.folder(path, folder, 1);
        } else {
            copying.named(path, into);
        }
        return into.resolve(path.getName()) + part;
    }

    private static boolean isFolder(Path path) throws IOException {
        try {
            return files(path).getFileStatus(path).isDirectory();
        } catch (FileNotFoundException e) {
            // The prefix of IDX files is no file.
            return false;
        }
    }

    /** Counts what is copied, so that the disk does not fill up. */
    private final class Copying {
        private long bytes;
        private int count;

        void folder(Path folder, java.nio.file.Path into, int depth) throws IOException {
            RemoteIterator<FileStatus> found = files(folder).listStatus(folder);
            while (found.hasNext()) {
                FileStatus file = found.next();
                java.nio.file.Path target = into.resolve(file.getPath().getName());
                if (file.isFile()) {
                    copy(file, target);
                } else if (depth < DEEPEST_FOLDER) {
                    folder(file.getPath(), Files.createDirectories(target), depth + 1);
                }
            }
        }

        /** The file and those that belong to it by their names. */
        void named(Path path, java.nio.file.Path into) throws IOException {
            String prefix = path.getName().replaceFirst("-images[-.]idx3-ubyte(\\.gz)?$", "");
            RemoteIterator<FileStatus> found = files(path).listStatus(path.getParent());
            while (found.hasNext()) {
                FileStatus file = found.next();
                String name = file.getPath().getName();
                if (file.isFile() && name.startsWith(prefix)) {
                    copy(file, into.resolve(name));
                }
            }
            if (count == 0) {
                throw new DatasetException("there is no " + path);
            }
        }

        private void copy(FileStatus file, java.nio.file.Path target) throws IOException {
            if (++count > MOST_FILES) {
                throw new DatasetException("it has more than %d files".formatted(MOST_FILES));
            }
            try (InputStream in = files(file.getPath()).open(file.getPath());
                    OutputStream out = Files.newOutputStream(target)) {
                byte[] piece = new byte[PIECE];
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    bytes += read;
                    if (bytes > mostBytes) {
                        throw new DatasetException("it has more than %d bytes".formatted(mostBytes));
                    }
                    out.write(piece, 0, read);
                }
            }
        }
    }

    /**
     * Keeps the files of an upload.
     *
     * @return the folder's URI
     */
    String keep(String id, List<java.nio.file.Path> uploaded) throws IOException {
        Path folder = new Path(new Path(root, UPLOADS), id);
        for (java.nio.file.Path file : uploaded) {
            Path target = new Path(folder, file.getFileName().toString());
            try (InputStream in = Files.newInputStream(file);
                    OutputStream out = files().create(
                                    target,
                                    EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
                                    Options.CreateOpts.createParent())) {
                in.transferTo(out);
            }
        }
        return folder.toString();
    }

    /** Only ever a folder that {@link #keep} has made. */
    void forget(String id) throws IOException {
        Path folder = new Path(new Path(root, UPLOADS), id);
        files().delete(folder, true);
    }

    private FileContext files() throws IOException {
        return files(root);
    }

    private static FileContext files(Path path) throws IOException {
        Configuration configuration = new Configuration();
        configuration.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_TIMEOUT_KEY, 5_000);
        configuration.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_MAX_RETRIES_KEY, 2);
        configuration.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_MAX_RETRIES_ON_SOCKET_TIMEOUTS_KEY, 1);
        return FileContext.getFileContext(path.toUri(), configuration);
    }
}
