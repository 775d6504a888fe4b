package io.inkstream.sandbox.processes;

import io.inkstream.sandbox.SandboxException;
import java.io.IOException;

/**
 * A process that is stopped for a while. A shell sees to it that it goes on when this JVM says so or ends: only then can
 * its {@link Guard} end it.
 */
final class Pause {
    private static final String SCRIPT =
            "trap '' INT; kill -STOP \"$0\" && echo stopped; cat >/dev/null; kill -CONT \"$0\" 2>/dev/null";

    private final Process shell;

    private Pause(Process shell) {
        this.shell = shell;
    }

    /** Returns when the process stands still. */
    static Pause of(long pid) throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT, Long.toString(pid))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = shell.inputReader().readLine();
        if (!"stopped".equals(answer)) {
            throw new SandboxException("Process " + pid + " could not be stopped; does it still run?");
        }
        return new Pause(shell);
    }

    /** Returns when the process goes on, or is gone. */
    void end() throws IOException {
        shell.outputWriter().close();
        shell.onExit().join();
    }
}
