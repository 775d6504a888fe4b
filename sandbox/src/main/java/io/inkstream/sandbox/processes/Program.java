package io.inkstream.sandbox.processes;

/** What a {@link ChildServer} runs, and how one sees that it serves. */
interface Program {
    /** The JVM for the next start; what it needs is made before. */
    JvmCommand command() throws Exception;

    /** Asked again and again after the start; an exception means not yet, too. */
    boolean serves() throws Exception;
}
