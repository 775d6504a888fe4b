package io.inkstream.models.network;

import com.google.protobuf.ByteString;

/**
 * Averages the parameters over the latest mini-batches, which evens out the jumps that a constant learning rate makes
 * from one to the next.
 *
 * <p>After mini-batch t: {@code average += (1 - min(decay, (1 + t) / (10 + t))) · (parameters - average)}, from the
 * initial parameters on. Averaging iterates: B. T. Polyak, A. B. Juditsky, "Acceleration of stochastic approximation by
 * averaging", SIAM J. Control Optim. 30 (1992); the exponential form with this warm-up, which forgets the initial
 * parameters sooner, is that of TensorFlow's {@code tf.train.ExponentialMovingAverage} with {@code num_updates}.
 *
 * <p>In Java rather than in ND4J, so that every JVM computes the same bits from the same parameters.
 */
public final class MovingAverage {
    private final double decay;
    private final float[] average;

    /**
     * @param decay from 0, which keeps no average, to below 1
     * @param initial the parameters before training, copied
     */
    public MovingAverage(double decay, float[] initial) {
        this.decay = decay;
        this.average = decay > 0 ? initial.clone() : new float[0];
    }

    boolean isOn() {
        return decay > 0;
    }

    /**
     * Takes the parameters after another mini-batch into account.
     *
     * @param parameters as many as there were initially
     * @param t mini-batches trained so far, the one that led to these parameters included
     */
    public void add(float[] parameters, long t) {
        float weight = (float) (1 - Math.min(decay, (1.0 + t) / (10.0 + t)));
        for (int i = 0; i < average.length; i++) {
            average[i] += weight * (parameters[i] - average[i]);
        }
    }

    float[] average() {
        return average;
    }

    /** As {@code NetworkState.averaged} has it: of the size of the parameters, or empty without a decay. */
    public ByteString toBytes() {
        return Floats.toBytes(average);
    }

    /** @param bytes as from {@link #toBytes} with the same decay */
    void set(ByteString bytes) {
        System.arraycopy(Floats.toFloats(bytes), 0, average, 0, average.length);
    }
}
