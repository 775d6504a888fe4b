package org.nd4j.nativeblas;

/**
 * Turns DL4J's oneDNN layers on by standing where DL4J 1.0.0-M2.1 still looks for ND4J's native environment.
 *
 * <p>DL4J asks {@code org.nd4j.nativeblas.Nd4jCpu$Environment}, by reflection, whether oneDNN may be used. In M2.1 that
 * class has moved to {@code org.nd4j.linalg.cpu.nativecpu.bindings}, the look-up fails, and DL4J silently falls back to
 * its own convolutions: four to five times slower. Together with the property that {@link
 * io.inkstream.models.network.Natives} sets, this class, which hands the question on to where the answer now lives,
 * restores what was meant. DL4J looks for it beside its own classes, so on a cluster it is in Flink's {@code lib/}, in a
 * jar of its own, and not in the job jar. To be removed once DL4J looks in the right place; the test that every convolution has a
 * helper tells.
 */
public final class Nd4jCpu {
    private Nd4jCpu() {}

    /** The two methods that DL4J calls. */
    public static final class Environment {
        private static final Environment INSTANCE = new Environment();

        private Environment() {}

        public static Environment getInstance() {
            return INSTANCE;
        }

        /** Whether the native library was built with oneDNN, formerly MKL-DNN, and may use it. */
        public boolean isUseMKLDNN() {
            return org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu.Environment.getInstance()
                    .isUseONEDNN();
        }
    }
}
