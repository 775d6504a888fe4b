package io.inkstream.cli;

/** Ends a command; the message is all that the user sees: one sentence with cause and remedy. */
final class CliException extends RuntimeException {
    CliException(String message) {
        super(message);
    }

    CliException(String message, Throwable cause) {
        super(message, cause);
    }
}
