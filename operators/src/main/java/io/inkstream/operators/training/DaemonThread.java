package io.inkstream.operators.training;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A thread beside a trainer's, for what must not wait for it, or it for that. */
final class DaemonThread {

    private DaemonThread() {}

    static ScheduledExecutorService named(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
