package io.inkstream.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns Ctrl-C into an interrupt of the working thread, and keeps the JVM until that thread has cleaned up. */
final class CtrlC {
    private static final long PATIENCE_SECONDS = 15;

    private final CountDownLatch done = new CountDownLatch(1);

    /** What can be interrupted, and then closes what it has opened. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private CtrlC() {}

    /**
     * Runs {@code work} in this thread.
     *
     * @throws InterruptedException after Ctrl-C
     */
    static void interrupts(Work work) throws Exception {
        CtrlC ctrlC = new CtrlC();
        Thread worker = Thread.currentThread();
        Thread hook = new Thread(() -> ctrlC.interruptAndWait(worker), "ctrl-c");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            work.run();
        } finally {
            ctrlC.done.countDown();
            remove(hook);
        }
    }

    private void interruptAndWait(Thread worker) {
        worker.interrupt();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("inkstream: not everything could be closed in " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already: the hook runs, and sees that we are done.
        }
    }
}
