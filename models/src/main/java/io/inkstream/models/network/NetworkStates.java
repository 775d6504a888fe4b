package io.inkstream.models.network;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.HandedOn;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;

/** Judges whether a {@link NetworkState} can be gone on from, before anything is allocated for it. */
public final class NetworkStates {
    /** The newest {@code NetworkState.format} that is understood, and the one that is written. */
    public static final int FORMAT = 1;

    private NetworkStates() {}

    /**
     * Checks format, recipe and sizes.
     *
     * @return the network that the state is of
     * @throws IllegalArgumentException with the cause and the remedy
     */
    public static Networks check(NetworkState state) {
        if (state.getFormat() != FORMAT) {
            throw new IllegalArgumentException("network state of format "
                    + Integer.toUnsignedString(state.getFormat()) + ", but this release reads format " + FORMAT
                    + ": use the release that wrote it, or a later one");
        }
        Networks network = Networks.of(state.getRecipe());
        checkSize(network, "parameters", state.getParameters(), network.parameters());
        // Adam keeps two moments for each parameter.
        checkSize(network, "updater", state.getUpdater(), 2 * network.parameters());
        checkSize(network, "average", state.getAveraged(), averaged(state.getRecipe()));
        if (state.getIteration() < 0 || state.getIteration() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "iteration " + Long.toUnsignedString(state.getIteration()) + " is beyond what DL4J counts to");
        }
        Reservoir.check(state.getRecipe().getReplay(), state.getReplay());
        return network;
    }

    /** @throws IllegalArgumentException if it is not of that recipe's size */
    static void checkHandedOn(HandedOn handedOn, TrainingRecipe recipe) {
        Networks network = Networks.of(recipe);
        checkSize(network, "parameters handed on", handedOn.getParameters(), network.parameters());
        checkSize(network, "average handed on", handedOn.getAveraged(), averaged(recipe));
    }

    private static int averaged(TrainingRecipe recipe) {
        return recipe.getAveraging() > 0 ? Networks.of(recipe).parameters() : 0;
    }

    /** The parameters that the network is published with: their moving average where the recipe has one. */
    public static ByteString published(NetworkState state) {
        return state.getRecipe().getAveraging() > 0 ? state.getAveraged() : state.getParameters();
    }

    private static void checkSize(Networks network, String what, ByteString bytes, int floats) {
        if (bytes.size() != floats * Float.BYTES) {
            throw new IllegalArgumentException(
                    "%s of %s: %d bytes where the network has %d; the state is damaged or of another release"
                            .formatted(what, network.label(), bytes.size(), floats * Float.BYTES));
        }
    }
}
