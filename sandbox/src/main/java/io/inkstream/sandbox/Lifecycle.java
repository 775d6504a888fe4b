package io.inkstream.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts servers side by side and stops them one after the other, each within a time limit and with its name in errors. */
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private Lifecycle() {}

    /** Starts all; if one fails, stops all again and throws. */
    public static void startAll(List<? extends Server> servers) {
        List<FutureTask<Void>> starts = new ArrayList<>();
        for (Server server : servers) {
            starts.add(begin(server.name() + " start", server::start));
        }
        List<SandboxException> failures = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            finish(starts.get(i), servers.get(i).name(), "start", START_LIMIT, failures);
        }
        if (!failures.isEmpty()) {
            stopAll(servers, failures);
            throw merged(failures);
        }
    }

    /** Stops all in reverse order, also when some fail; the failures are added to the list. */
    public static void stopAll(List<? extends Server> servers, List<SandboxException> failures) {
        for (int i = servers.size() - 1; i >= 0; i--) {
            Server server = servers.get(i);
            finish(begin(server.name() + " stop", server::stop), server.name(), "stop", STOP_LIMIT, failures);
        }
    }

    /** The first of the failures with the others suppressed in it. */
    public static SandboxException merged(List<SandboxException> failures) {
        SandboxException first = failures.get(0);
        failures.subList(1, failures.size()).forEach(first::addSuppressed);
        return first;
    }

    public static void start(Server server) {
        startAll(List.of(server));
    }

    public static void stop(Server server) {
        List<SandboxException> failures = new ArrayList<>();
        stopAll(List.of(server), failures);
        if (!failures.isEmpty()) {
            throw merged(failures);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** A daemon thread, which the threads of the servers inherit, so that none of them keeps the JVM alive. */
    private static FutureTask<Void> begin(String what, Step step) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            long begin = System.nanoTime();
            step.run();
            LOG.info("{}: {} ms", what, (System.nanoTime() - begin) / 1_000_000);
            return null;
        });
        Thread thread = new Thread(task, "sandbox " + what);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static void finish(
            FutureTask<Void> task, String server, String verb, Duration limit, List<SandboxException> failures) {
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            failures.add(new SandboxException(server + " did not " + verb + ": " + e.getCause(), e.getCause()));
        } catch (TimeoutException e) {
            task.cancel(true);
            failures.add(new SandboxException(
                    server + " did not " + verb + " within " + limit.toSeconds() + " s; its log says how far it came",
                    e));
        } catch (InterruptedException | CancellationException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            failures.add(new SandboxException("Interrupted while " + server + " was to " + verb, e));
        }
    }
}
