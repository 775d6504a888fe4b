package io.inkstream.models.registry;

/** ZooKeeper did not answer, or holds what cannot be read or must not be changed. */
public sealed class RegistryException extends RuntimeException permits FencedException, UnreachableException {

    private static final long serialVersionUID = 1L;

    RegistryException(String message) {
        super(message);
    }

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
