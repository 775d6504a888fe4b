package io.inkstream.cli;

import io.inkstream.datasets.DatasetException;
import io.inkstream.gateway.GatewayException;
import io.inkstream.jobs.RefusedException;
import io.inkstream.models.registry.RegistryException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints what went wrong as one line, and the stack trace only where {@code --debug} asks for it. */
final class FailureReport implements IExecutionExceptionHandler {
    /** What a shell reports of a program that Ctrl-C ended: 128 + SIGINT. */
    private static final int INTERRUPTED = 130;

    private final BooleanSupplier debug;

    FailureReport(BooleanSupplier debug) {
        this.debug = debug;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        if (failure instanceof InterruptedException) {
            return INTERRUPTED;
        }
        commandLine.getErr().println(commandLine.getColorScheme().errorText("inkstream: " + sentence(failure)));
        if (debug.getAsBoolean()) {
            failure.printStackTrace(commandLine.getErr());
        }
        commandLine.getErr().flush();
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String sentence(Exception failure) {
        if (failure instanceof CliException
                || failure instanceof DatasetException
                || failure instanceof RefusedException
                || failure instanceof GatewayException
                || failure instanceof RegistryException) {
            return failure.getMessage();
        }
        return "unexpected " + failure + " (this should not happen; --debug shows where)";
    }
}
