package io.inkstream.sandbox;

/** Says which server of a {@link Sandbox} could not do what was asked, and what to do about it. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
