package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.SandboxException;
import io.inkstream.sandbox.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, which can be killed, paused and started again. */
final class ChildServer implements Server {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final String name;
    private final Path log;
    private final Program program;
    private Process process;
    private Pause pause;
    private boolean ended;

    ChildServer(String name, Path log, Program program) {
        this.name = name;
        this.log = log;
        this.program = program;
    }

    @Override
    public String name() {
        return name;
    }

    Path log() {
        return log;
    }

    /** Of the process that runs, if one does. */
    synchronized Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }

    /** Neither dead nor paused. */
    synchronized boolean answers() {
        return pause == null && process().isPresent();
    }

    @Override
    public void start() throws Exception {
        Process started = launch();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            if (!started.isAlive()) {
                throw new SandboxException(
                        name + " ended with exit code " + started.exitValue() + " before it served. " + Logs.tail(log));
            }
            try {
                if (program.serves()) {
                    return;
                }
            } catch (IOException | SandboxException e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
        throw new SandboxException(
                name + " does not serve after " + START_LIMIT.toSeconds() + " s. " + Logs.tail(log), last);
    }

    /** @throws SandboxException where a process of it runs */
    synchronized void requireStopped() {
        if (process().isPresent()) {
            throw new SandboxException(
                    name + " runs already, as process " + process.pid() + "; kill or stop it before");
        }
    }

    private synchronized Process launch() throws Exception {
        if (ended) {
            throw new SandboxException(name + " is closed with its cluster; start another cluster");
        }
        if (process().isPresent()) {
            throw new SandboxException(
                    name + " runs already, as process " + process.pid() + "; kill or stop it before");
        }
        process = program.command().start(log);
        return process;
    }

    /** Lets it end in its own way, and kills it if it does not. */
    @Override
    public synchronized void stop() throws InterruptedException, IOException {
        if (process().isEmpty()) {
            return;
        }
        resume();
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }

    /** SIGKILL; returns when the process is gone. */
    synchronized void kill() throws IOException {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        // Not to be interrupted: nothing waits for long on a SIGKILL.
        process.onExit().join();
        resume();
    }

    /** As {@link #kill}, and it is not started again by whoever is about to. */
    synchronized void end() throws IOException {
        ended = true;
        kill();
    }

    /** SIGSTOP. */
    synchronized void pause() throws IOException {
        if (process().isEmpty()) {
            throw new SandboxException(name + " does not run, and so cannot be paused; start it before");
        }
        if (pause == null) {
            pause = Pause.of(process.pid());
        }
    }

    /** SIGCONT. */
    synchronized void resume() throws IOException {
        if (pause != null) {
            pause.end();
            pause = null;
        }
    }
}
