package io.inkstream.models.store;

import io.inkstream.models.background.DaemonThread;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.SafeMode;
import org.apache.hadoop.fs.SafeModeAction;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Finds out within seconds whether HDFS serves and would take files of this user; its clients would take minutes to say.
 * Reads only: a folder that it made could be one that the TaskManagers' user may not write to.
 */
public final class RootCheck {

    private static final int CONNECT_MS = 3_000;

    private final URI hdfs;
    private final Duration patience;

    /**
     * @param root a URI in HDFS
     * @param patience how long HDFS may take to answer
     */
    public RootCheck(String root, Duration patience) {
        this.hdfs = URI.create(root);
        this.patience = patience;
    }

    /**
     * Returns where files could be made in each of the folders; they need not exist.
     *
     * @param folders URIs in that HDFS
     * @throws StoreUnreachableException where HDFS does not answer, or does not take writes for now; says why
     * @throws StoreException where this user cannot write there
     */
    public void requireWritable(List<String> folders) throws IOException {
        ExecutorService thread = DaemonThread.named("HDFS check");
        try {
            UserGroupInformation user = UserGroupInformation.getCurrentUser();
            Future<?> check = thread.submit(() -> user.doAs((PrivilegedExceptionAction<Void>) () -> {
                look(folders);
                return null;
            }));
            check.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unreachable("no answer for %d s".formatted(patience.toSeconds()), e);
        } catch (ExecutionException e) {
            throw explained(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted while asking", e);
        } finally {
            thread.shutdownNow();
        }
    }

    private void look(List<String> folders) throws IOException {
        try (FileSystem files = FileSystem.newInstance(hdfs, impatient())) {
            if (files instanceof SafeMode namenode && namenode.setSafeMode(SafeModeAction.GET, true)) {
                throw new StoreUnreachableException(
                        ("HDFS at %s is in safe mode and takes no files: wait until its DataNodes have reported (hdfs"
                                        + " dfsadmin -safemode wait), or look why they do not")
                                .formatted(hdfs));
            }
            for (String folder : folders) {
                requireWritable(files, new Path(folder));
            }
        }
    }

    private static void requireWritable(FileSystem files, Path folder) throws IOException {
        FileStatus nearest = nearest(files, folder);
        if (!nearest.isDirectory()) {
            throw new StoreException(
                    "%s is a file, and a folder is needed there: name another".formatted(nearest.getPath()));
        }
        files.access(nearest.getPath(), FsAction.WRITE_EXECUTE);
    }

    /** The folder, or what there is of the way to it. */
    private static FileStatus nearest(FileSystem files, Path folder) throws IOException {
        try {
            return files.getFileStatus(folder);
        } catch (FileNotFoundException e) {
            if (folder.getParent() == null) {
                throw e;
            }
            return nearest(files, folder.getParent());
        }
    }

    /** Hadoop's own limits add up to minutes. */
    private static Configuration impatient() {
        Configuration settings = new Configuration();
        settings.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_TIMEOUT_KEY, CONNECT_MS);
        settings.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_MAX_RETRIES_KEY, 1);
        settings.setInt(CommonConfigurationKeysPublic.IPC_CLIENT_CONNECT_MAX_RETRIES_ON_SOCKET_TIMEOUTS_KEY, 1);
        return settings;
    }

    private IOException explained(Throwable failure) throws IOException {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof StoreException || failure instanceof StoreUnreachableException) {
            return (IOException) failure;
        }
        if (failure instanceof AccessControlException) {
            return new StoreException(
                    ("HDFS at %s does not let %s write: %s. Give that user the right (hdfs dfs -chown or -chmod), or submit as"
                                    + " the user that the TaskManagers run as (HADOOP_USER_NAME, or kinit)")
                            .formatted(hdfs, UserGroupInformation.getCurrentUser(), firstLine(failure)),
                    failure);
        }
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        String words = reason instanceof UnknownHostException
                ? "no host %s is known here, nor a name service in HADOOP_CONF_DIR".formatted(reason.getMessage())
                : firstLine(reason);
        return unreachable(words, failure);
    }

    /** Of a remote failure, Hadoop's messages hold the remote stack trace as well. */
    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElseGet(failure::toString);
    }

    private StoreUnreachableException unreachable(String reason, Throwable cause) {
        return new StoreUnreachableException(
                "cannot reach HDFS at %s: %s. Is the NameNode running, and can this host reach it?"
                        .formatted(hdfs, reason),
                cause);
    }
}
