package io.inkstream.models.network;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.ImageReservoir;
import io.inkstream.schemas.v1.NetworkState;
import java.util.List;
import java.util.function.Function;

/**
 * Makes one state of those that several trainers reached from a common one: the mean of what they learned, each weighted by
 * what it learned from.
 *
 * <p>Parameter averaging: R. McDonald, K. Hall, G. Mann, "Distributed Training Strategies for the Structured Perceptron",
 * NAACL 2010.
 */
public final class Averages {
    private Averages() {}

    /**
     * The weighted mean of parameters, updater and moving average, computed in double precision; the largest iteration,
     * and a merger of the replay reservoirs. The same states in the same order give the same bytes; a single state is
     * returned as it is.
     *
     * @param states of the same recipe, as {@link NetworkStates#check} accepts them
     * @param weights for each state the samples it was trained on, not negative, at least one above 0; of a state of
     *     weight 0 only the reservoir counts
     * @throws IllegalArgumentException if they do not belong together
     */
    public static NetworkState of(List<NetworkState> states, List<Long> weights) {
        check(states, weights);
        NetworkState first = states.get(0);
        if (states.size() == 1) {
            return first;
        }
        NetworkState.Builder average = NetworkState.newBuilder()
                .setFormat(NetworkStates.FORMAT)
                .setRecipe(first.getRecipe())
                .setParameters(mean(states, weights, NetworkState::getParameters))
                .setUpdater(mean(states, weights, NetworkState::getUpdater))
                .setAveraged(mean(states, weights, NetworkState::getAveraged))
                .setIteration(states.stream()
                        .mapToLong(NetworkState::getIteration)
                        .max()
                        .orElseThrow());
        if (first.getRecipe().getReplay() > 0) {
            List<ImageReservoir> reservoirs =
                    states.stream().map(NetworkState::getReplay).toList();
            average.setReplay(
                    Reservoir.merge(first.getRecipe().getReplay(), reservoirs).state());
        }
        return average.build();
    }

    private static void check(List<NetworkState> states, List<Long> weights) {
        if (states.isEmpty() || states.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "an average of %d states with %d weights".formatted(states.size(), weights.size()));
        }
        if (weights.stream().anyMatch(weight -> weight < 0) || weights.stream().allMatch(weight -> weight == 0)) {
            throw new IllegalArgumentException("weights " + weights + ": none may be below 0, and one must be above");
        }
        for (NetworkState state : states) {
            NetworkStates.check(state);
            if (!state.getRecipe().equals(states.get(0).getRecipe())) {
                throw new IllegalArgumentException("states of different recipes have no average: {%s} and {%s}"
                        .formatted(states.get(0).getRecipe(), state.getRecipe()));
            }
        }
    }

    private static ByteString mean(
            List<NetworkState> states, List<Long> weights, Function<NetworkState, ByteString> part) {
        double[] sum = new double[part.apply(states.get(0)).size() / Float.BYTES];
        double total = 0;
        for (int s = 0; s < states.size(); s++) {
            double weight = weights.get(s);
            float[] floats = Floats.toFloats(part.apply(states.get(s)));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * floats[i];
            }
            total += weight;
        }
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / total);
        }
        return Floats.toBytes(mean);
    }
}
