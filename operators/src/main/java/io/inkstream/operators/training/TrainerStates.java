package io.inkstream.operators.training;

import io.inkstream.models.network.Averages;
import io.inkstream.models.network.Reservoir;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.TrainerState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.Collections;
import java.util.List;

/** Decides what a trainer goes on from, given the checkpoints of all of them. */
final class TrainerStates {

    /** The newest format of {@link TrainerState} that this code reads, and the one that it writes. */
    static final int FORMAT = 1;

    private TrainerStates() {}

    /**
     * The state of one trainer among {@code trainers}. Where there were as many before, it is the one of the same place; else
     * all go on from the mean, and the first one has all samples that wait.
     *
     * @param all of one checkpoint, one or more
     * @throws IllegalStateException when a state is of a newer release, or of a training by another recipe
     */
    static TrainerState choose(List<TrainerState> all, int trainer, int trainers, TrainingRecipe recipe) {
        all.forEach(state -> requireUsable(state, recipe));
        return isRescaled(all, trainers)
                ? rescaled(all, trainer, trainers)
                : all.stream()
                        .filter(state -> state.getTrainer() == trainer)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException(
                                "the checkpoint has no state of trainer %d of %d".formatted(trainer, trainers)));
    }

    static boolean isRescaled(List<TrainerState> all, int trainers) {
        return Math.max(1, all.get(0).getTrainers()) != trainers;
    }

    private static void requireUsable(TrainerState state, TrainingRecipe recipe) {
        if (state.getFormat() != FORMAT) {
            throw new IllegalStateException(
                    "the trainer's state has format %d, this release reads %d: upgrade Inkstream"
                            .formatted(state.getFormat(), FORMAT));
        }
        if (!state.getNetwork().getRecipe().equals(recipe)) {
            throw new IllegalStateException(
                    "the state was trained with {%s} and the job was started with {%s}: start it with the same options, go on from a version with --from-version, or train a new model under another --model"
                            .formatted(oneLine(state.getNetwork().getRecipe()), oneLine(recipe)));
        }
    }

    private static String oneLine(TrainingRecipe recipe) {
        return recipe.toString().strip().replaceAll("\\s*\\R\\s*", ", ");
    }

    /** The mean of all, with this trainer's part of the images that are kept to be replayed. */
    private static NetworkState share(List<TrainerState> all, int trainer, int trainers) {
        NetworkState mean =
                Averages.of(all.stream().map(TrainerState::getNetwork).toList(), Collections.nCopies(all.size(), 1L));
        int replay = mean.getRecipe().getReplay();
        return replay == 0
                ? mean
                : mean.toBuilder()
                        .setReplay(Reservoir.share(replay, mean.getReplay(), trainer, trainers))
                        .build();
    }

    private static TrainerState rescaled(List<TrainerState> all, int trainer, int trainers) {
        TrainerState.Builder state = TrainerState.newBuilder()
                .setFormat(FORMAT)
                .setTrainer(trainer)
                .setTrainers(trainers)
                .setNetwork(share(all, trainer, trainers));
        List<OffsetRange> offsets =
                Offsets.latest(all.stream().map(TrainerState::getOffsetsList).toList());
        if (trainer > 0) {
            // Others' partitions may come here: know where they stand, and account for nothing of before.
            return state.addAllOffsets(offsets.stream()
                            .map(range ->
                                    range.toBuilder().setFrom(range.getTo()).build())
                            .toList())
                    .build();
        }
        for (TrainerState each : all) {
            state.addAllPending(each.getPendingList())
                    .addAllPendingHeldOut(each.getPendingHeldOutList())
                    .setPendingRejected(state.getPendingRejected() + each.getPendingRejected());
        }
        return state.addAllOffsets(offsets).build();
    }
}
