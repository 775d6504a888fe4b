package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.models.network.Networks;
import io.inkstream.schemas.v1.TrainingRecipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RecipeOptionsTest {
    @Test
    void withoutOptionsItIsTheDefaultNetworksOwnWithReplayAndAHoldout() {
        assertThat(parse("").recipe())
                .isEqualTo(Networks.recipe("lenet").toBuilder()
                        .setHoldout(0.02)
                        .setReplay(5_000)
                        .setReplayed(32)
                        .build());
    }

    @Test
    void eachOptionChangesWhatItNames() {
        TrainingRecipe recipe = parse("--network mlp --batch-size 16 --learning-rate 0.5 --averaging 0 --seed 7"
                        + " --replay 100 --replayed 5 --replicas 2 --holdout 0.1")
                .recipe();

        assertThat(recipe)
                .isEqualTo(TrainingRecipe.newBuilder()
                        .setNetwork("mlp")
                        .setBatchSize(16)
                        .setLearningRate(0.5)
                        .setSeed(7)
                        .setReplay(100)
                        .setReplayed(5)
                        .setReplicas(2)
                        .setHoldout(0.1)
                        .build());
    }

    @Test
    void asManyAreReplayedAsAreNew() {
        assertThat(parse("--replay 5000").recipe().getReplayed()).isEqualTo(32);
        assertThat(parse("--replay 0").recipe().getReplayed()).isZero();
        assertThat(parse("--replay 5000 --batch-size 10").recipe().getReplayed())
                .isEqualTo(10);
    }

    @Test
    void aVersionIsTrainedAsItWasButForTheOptions() {
        TrainingRecipe version = parse("--network cnn --replay 500 --holdout 0").recipe();

        assertThat(parse("").recipe(version)).isEqualTo(version);
        assertThat(parse("--learning-rate 0.25").recipe(version))
                .isEqualTo(version.toBuilder().setLearningRate(0.25).build());
        assertThat(parse("--replay 0").recipe(version).getReplayed()).isZero();
        assertThatThrownBy(() -> parse("--network mlp").recipe(version))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--network");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--network resnet",
                "--batch-size 0",
                "--learning-rate 2",
                "--averaging 1",
                "--replay 5",
                "--replay 0 --replayed 5",
                "--replicas 65",
                "--holdout 0.6",
                "--holdout NaN"
            })
    void whatCannotBeTrainedIsRefused(String options) {
        assertThatThrownBy(() -> parse(options).validate()).isInstanceOf(IllegalArgumentException.class);
    }

    private static RecipeOptions parse(String options) {
        RecipeOptions recipe = new RecipeOptions();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(recipe))
                .parseArgs(options.isEmpty() ? new String[0] : options.split(" "));
        return recipe;
    }
}
