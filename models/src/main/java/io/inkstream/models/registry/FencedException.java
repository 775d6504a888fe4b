package io.inkstream.models.registry;

/** Another training job has this model: trying again does not help, the job that is told so has to end. */
public final class FencedException extends RegistryException {

    private static final long serialVersionUID = 1L;

    FencedException(String message) {
        super(message);
    }
}
