package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class FromVersionIT {

    @Test
    void trainingGoesOnFromAVersionAtItsOffsetsAsIfItHadNeverStopped(Sandbox sandbox) throws Exception {
        String undisturbed;
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 3_200));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            undisturbed = loop.newestVersion().getTraining().getSha256();
        }
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 1_600));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            ModelVersion half = loop.newestVersion();
            loop.produceLabeled(Loop.samples().slice(1_600, 3_200));
            loop.awaitFinished(
                    loop.submit(loop.training().fromVersion(half.getVersion()).bounded()));

            ModelVersion whole = loop.newestVersion();
            assertThat(whole.getTraining().getSha256()).isEqualTo(undisturbed);
            assertThat(whole.getLineage().getTotalSamplesTrained()).isEqualTo(3_200);
            Lineages.requireGapless(loop.allVersions());
        }
    }

    @Test
    void anEarlierVersionIsTheParentOfABranch(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 800));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            ModelVersion first = loop.newestVersion();
            loop.produceLabeled(Loop.samples().slice(800, 1_600));
            loop.awaitFinished(
                    loop.submit(loop.training().fromVersion(first.getVersion()).bounded()));
            ModelVersion last = loop.newestVersion();
            loop.awaitFinished(
                    loop.submit(loop.training().fromVersion(first.getVersion()).bounded()));

            ModelVersion branch = loop.registry().version(last.getVersion() + 1).orElseThrow();
            Lineage lineage = branch.getLineage();
            assertThat(lineage.getParent()).isEqualTo(first.getVersion());
            assertThat(lineage.getOffsets(0).getFrom())
                    .isEqualTo(first.getLineage().getOffsets(0).getTo());
            assertThat(loop.newestVersion().getTraining()).isEqualTo(last.getTraining());
        }
    }

    @Test
    void aVersionThatIsNotThereOrOfAnotherNetworkIsRefusedAtSubmit(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            assertThatThrownBy(() -> loop.submit(loop.training().fromVersion(7)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("--from-version 7");
            loop.produceLabeled(Loop.samples().slice(0, 64));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            assertThatThrownBy(() ->
                            loop.submit(loop.training().withNetwork("lenet").fromVersion(1)))
                    .hasMessageContaining("mlp")
                    .hasMessageContaining("--network");
        }
    }

    @Test
    void optionsThatDoNotGoWithTheVersionsOwnAreRefusedAtSubmit(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 64));
            loop.awaitFinished(loop.submit(options(loop, "--replay 0").bounded()));

            assertThatThrownBy(() -> loop.submit(options(loop, "--replayed 16 --from-version 1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("version 1", "replayed");
        }
    }

    private static TrainingOptions options(Loop loop, String more) {
        Connections connections = loop.connections();
        String all = "--bootstrap-servers %s --zookeeper %s --root %s --model %s --network mlp %s"
                .formatted(connections.kafka(), connections.zookeeper(), connections.root(), connections.model(), more);
        return CommandLines.parse(new TrainingOptions(), all.split(" ", -1), TrainingOptions::validate)
                .orElseThrow();
    }
}
