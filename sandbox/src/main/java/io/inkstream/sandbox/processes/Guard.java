package io.inkstream.sandbox.processes;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs the main class that its first argument names, and ends this JVM when its standard input ends: that is held open by
 * the JVM that started it, so that no server outlives a cluster, not even one that was killed.
 *
 * <p>It is on the class path of servers that have nothing else of Inkstream: it may use the JDK only.
 */
final class Guard {
    private static final int ORPHANED = 70;

    private Guard() {}

    public static void main(String[] arguments) throws Throwable {
        Thread watch = new Thread(Guard::awaitEndOfParent, "guard");
        watch.setDaemon(true);
        watch.start();
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void awaitEndOfParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is written to it.
            }
        } catch (IOException e) {
            System.err.println("The parent is out of reach: " + e);
        }
        Runtime.getRuntime().halt(ORPHANED);
    }
}
