package io.inkstream.operators.training;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import io.inkstream.schemas.v1.VersionCutterState;
import java.io.IOException;
import java.io.Serializable;

/**
 * What the operators of a training job must know of it.
 *
 * @param recipe how to train
 * @param root the URI under which Inkstream keeps its files
 * @param zookeeper where the registry is
 * @param model the model's name
 * @param trainers how many train side by side
 * @param from the version to go on from where no checkpoint says otherwise; the default instance for none
 */
public record TrainingPlan(
        TrainingRecipe recipe, String root, ZooKeeperAccess zookeeper, String model, int trainers, ModelVersion from)
        implements Serializable {

    /** One trainer that begins with nothing, and a ZooKeeper without logins. */
    public TrainingPlan(TrainingRecipe recipe, String root, String zookeeper, String model) {
        this(recipe, root, ZooKeeperAccess.open(zookeeper), model, 1, ModelVersion.getDefaultInstance());
    }

    ModelRegistry openRegistry() {
        return ModelRegistry.open(zookeeper, model);
    }

    /** A network to begin with. */
    DigitNetwork network() throws IOException {
        if (from.getVersion() == 0) {
            return DigitNetwork.create(recipe);
        }
        byte[] training = ModelStore.open(root, model).read(from.getVersion(), from.getTraining());
        return DigitNetwork.restore(byRecipe(NetworkState.parseFrom(training), recipe));
    }

    /**
     * What to go on from where training goes on by another recipe: what that one keeps beside the parameters begins anew
     * unless the first kept it in the same way.
     */
    public static NetworkState byRecipe(NetworkState state, TrainingRecipe recipe) {
        NetworkState.Builder adapted = state.toBuilder().setRecipe(recipe);
        if (recipe.getAveraging() == 0) {
            adapted.clearAveraged();
        } else if (state.getAveraged().isEmpty()) {
            adapted.setAveraged(state.getParameters());
        }
        if (recipe.getReplay() != state.getRecipe().getReplay()) {
            adapted.clearReplay();
        }
        return adapted.build();
    }

    /** What a version cutter begins with. */
    VersionCutterState cutterState() {
        return Totals.after(from.getLineage()).toBuilder()
                .setVersion(from.getVersion())
                .build();
    }
}
