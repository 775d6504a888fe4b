package io.inkstream.models.background;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A thread beside a task's, for what must not wait for it, or it for that; it does not keep the JVM alive. */
public final class DaemonThread {

    private DaemonThread() {}

    /** To be shut down by whoever asked for it. */
    public static ScheduledExecutorService named(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
