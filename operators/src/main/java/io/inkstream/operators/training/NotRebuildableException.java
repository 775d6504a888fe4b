package io.inkstream.operators.training;

/** A version cannot be trained again from its parent, for a reason that says nothing about whether it is sound. */
public final class NotRebuildableException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotRebuildableException(String why) {
        super(why);
    }

    public NotRebuildableException(String why, Throwable cause) {
        super(why, cause);
    }
}
