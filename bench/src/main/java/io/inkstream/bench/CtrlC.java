package io.inkstream.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a benchmark that has started servers stop them, and remove their files, when Ctrl-C ends it. */
final class CtrlC {
    static final int EXIT_CODE = 130;
    private static final long PATIENCE_SECONDS = 30;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean pressed;

    private CtrlC() {}

    /** Does the work in this thread, which is interrupted by Ctrl-C; whatever is thrown after that is a consequence. */
    static int interrupts(Callable<Integer> work) throws Exception {
        CtrlC ctrlC = new CtrlC();
        Runtime.getRuntime().addShutdownHook(new Thread(ctrlC::interruptAndWait, "ctrl-c"));
        try {
            return work.call();
        } catch (Exception e) {
            if (ctrlC.pressed) {
                return EXIT_CODE;
            }
            throw e;
        } finally {
            ctrlC.done.countDown();
        }
    }

    private void interruptAndWait() {
        if (done.getCount() == 0) {
            return;
        }
        pressed = true;
        worker.interrupt();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("not everything could be closed in " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
