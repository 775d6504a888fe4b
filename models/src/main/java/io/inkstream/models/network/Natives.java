package io.inkstream.models.network;

import io.inkstream.models.nd4j.FencedExecutioner;
import org.deeplearning4j.config.DL4JClassLoading;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets what DL4J and its native libraries read once, before the first of their classes is initialised. */
public final class Natives {
    private static final Logger LOG = LoggerFactory.getLogger(Natives.class);
    private static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";
    private static final String EXECUTIONER = "opexec";

    private Natives() {}

    /** Idempotent and cheap; everything here that touches DL4J calls it first. */
    public static void prepare() {
        Once.prepared();
    }

    /** A class is initialised exactly once, by the first thread that needs it, while the others wait. */
    private static final class Once {
        static {
            // Else both keep the loader of the first job that uses them, which Flink closes when that job ends.
            ND4JClassLoading.setNd4jClassloaderFromClass(ND4JClassLoading.class);
            DL4JClassLoading.setDl4jClassloaderFromClass(DL4JClassLoading.class);
            // True unless set, which leaves DL4J's convolutions without oneDNN.
            if (System.getProperty(HELPERS_DISABLED) == null) {
                System.setProperty(HELPERS_DISABLED, "false");
            }
            if (Boolean.getBoolean(HELPERS_DISABLED)) {
                LOG.warn(
                        "-D{}=true: convolutions run without oneDNN, several times slower; set -D{}=false, on a cluster"
                                + " in env.java.opts.taskmanager",
                        HELPERS_DISABLED,
                        HELPERS_DISABLED);
            }
            if (System.getProperty(EXECUTIONER) == null) {
                System.setProperty(EXECUTIONER, FencedExecutioner.class.getName());
            }
            if (!(Nd4j.getExecutioner() instanceof FencedExecutioner)) {
                LOG.warn(
                        "ND4J was started with {}, which once in a while frees an array that native code still reads: the"
                                + " process then ends with SIGSEGV. Start the JVM with -D{}={}",
                        Nd4j.getExecutioner().getClass().getName(),
                        EXECUTIONER,
                        FencedExecutioner.class.getName());
            }
            String threads = System.getenv("OMP_NUM_THREADS");
            if (!"1".equals(threads)) {
                LOG.warn(
                        "OMP_NUM_THREADS is {}: set it to 1 in the environment of this process. With more threads a"
                                + " network trains slower beside others, and not to the same bits",
                        threads == null ? "not set" : threads);
            }
        }

        private static void prepared() {}
    }
}
