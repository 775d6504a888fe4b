package io.inkstream.models.registry;

/** ZooKeeper does not answer, now at least. */
public final class UnreachableException extends RegistryException {

    private static final long serialVersionUID = 1L;

    UnreachableException(String message) {
        super(message);
    }
}
