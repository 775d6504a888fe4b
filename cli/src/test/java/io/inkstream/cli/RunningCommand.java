package io.inkstream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;

/** A command line in a thread of its own, which ends by itself or by what Ctrl-C does. */
final class RunningCommand {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final FutureTask<Integer> exitCode;
    private final Thread thread;

    RunningCommand(String... args) {
        CommandLine commandLine = Inkstream.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        exitCode = new FutureTask<>(() -> commandLine.execute(args));
        thread = new Thread(exitCode, "command");
        thread.setDaemon(true);
        thread.start();
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    void ctrlC() {
        thread.interrupt();
    }

    Run end() throws InterruptedException, ExecutionException, TimeoutException {
        int code = exitCode.get(PublishedModel.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new Run(code, out(), err());
    }
}
