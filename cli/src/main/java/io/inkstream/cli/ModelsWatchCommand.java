package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.RegistryWatch;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inkstream models watch}: prints what changes, until Ctrl-C. */
@Command(
        name = "watch",
        description = {
            "Prints new versions, proposals, scorers' answers and moves of the live version as they happen, a line each.",
            "",
            "What stands there at first is printed as well. Ctrl-C ends it. --json prints one JSON object a line: at,"
                    + " kind, version, text, and message, which is what stands in ZooKeeper.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"2:The command line is wrong.", "3:It could not be done.", "130:Ctrl-C."},
        exitCodeOnExecutionException = 3)
final class ModelsWatchCommand implements Callable<Integer> {
    /** Nobody watches versions and scorers: they are read at least so often. */
    private static final long PERIOD_MS = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Mixin
    private RegistryOptions options;

    private boolean failing;

    @Override
    public Integer call() throws Exception {
        CtrlC.interrupts(this::watch);
        return 0;
    }

    /** Until Ctrl-C. */
    @SuppressWarnings("try") // the watch is there to be open
    private void watch() throws InterruptedException {
        Semaphore news = new Semaphore(1);
        try (ModelRegistry registry = options.open();
                RegistryWatch watch = registry.watch(view -> news.release())) {
            RegistryLog log = new RegistryLog(registry::version);
            while (true) {
                if (news.tryAcquire(PERIOD_MS, TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
                look(registry, log);
            }
        }
    }

    private void look(ModelRegistry registry, RegistryLog log) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Instant now = Instant.now();
            log.changesTo(ModelStatus.read(registry), registry.versions())
                    .forEach(change -> out.println(json ? Json.print(change.json(now)) : change.line(now)));
            out.flush();
            failing = false;
        } catch (RegistryException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(e.getMessage());
            }
            if (!failing) {
                spec.commandLine().getErr().println("inkstream: trying again: " + e.getMessage());
                spec.commandLine().getErr().flush();
            }
            failing = true;
        }
    }
}
