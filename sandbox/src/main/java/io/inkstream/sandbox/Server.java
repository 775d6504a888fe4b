package io.inkstream.sandbox;

/** One of the servers of a sandbox; it may be started again after a stop, on the same port and with the same data. */
public interface Server {
    /** The name that people know it by, for messages. */
    String name();

    /** Returns when the server serves. After a failure, {@link #stop()} frees what was taken. */
    void start() throws Exception;

    /** Does nothing if the server does not run. */
    void stop() throws Exception;
}
