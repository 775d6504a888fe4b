package io.inkstream.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checks of what training leaves behind find nothing wrong with a sound history, and what is wrong with others. */
class TrainingChecksTest {
    private final TrainedVersions trained = new TrainedVersions();
    private final List<ModelVersion> versions = new ArrayList<>(trained.versions());
    private final List<Move> history = new ArrayList<>(List.of(move(0, 1), move(1, 2), move(2, 3)));
    private final Map<String, Artifact> files = new HashMap<>();
    private final Set<String> folders = new HashSet<>(Set.of(".staging"));

    TrainingChecksTest() {
        for (ModelVersion version : versions) {
            folders.add("" + version.getVersion());
            files.put(version.getVersion() + "/model.onnx", version.getOnnx());
            files.put(version.getVersion() + "/training.pb", version.getTraining());
        }
    }

    @Test
    void aSoundHistoryHasNoViolations() {
        assertThat(LineageCheck.violations(versions, TrainedVersions.VERSIONS * TrainedVersions.OF_EACH))
                .isEmpty();
        assertThat(ParameterCheck.violations(versions, trained.images())).isEmpty();
        assertThat(registry(3)).isEmpty();
        assertThat(StoreCheck.violations(versions, files, folders)).isEmpty();
    }

    @Test
    void aVersionThatIsMissingLeavesAGap() {
        versions.remove(1);

        assertThat(LineageCheck.violations(versions, 24))
                .containsExactly(
                        "version 3: its parent is 2, the version before it is 1",
                        "version 3: from offset 16, not 8",
                        "version 3: 24 samples in all, not 16");
    }

    @Test
    void aRecordInTwoVersions() {
        ModelVersion.Builder second = versions.get(1).toBuilder();
        second.getLineageBuilder().getOffsetsBuilder(0).setFrom(7);
        versions.set(1, second.build());

        assertThat(LineageCheck.violations(versions, 24))
                .containsExactly("version 2: from offset 7, not 8", "version 2: 9 offsets, 8 images accounted for");
    }

    @Test
    void recordsInNoVersion() {
        assertThat(LineageCheck.violations(versions, 25)).containsExactly("offsets end at 24 of 25");
    }

    @Test
    void twoImagesThatChangePlacesMakeOtherParameters() {
        Collections.swap(trained.images(), 9, 14);

        assertThat(ParameterCheck.violations(versions, trained.images()))
                .containsExactly(
                        "version 2, after 16 samples: not the parameters of undisturbed training",
                        "version 3, after 24 samples: not the parameters of undisturbed training");
    }

    @Test
    void imagesThatWereNeverTrainedOn() {
        assertThat(ParameterCheck.violations(versions, trained.images().subList(0, 20)))
                .containsExactly("version 3 was cut after 24 samples, undisturbed training had 20");
    }

    @Test
    void noVersionAtAll() {
        assertThat(ParameterCheck.violations(List.of(), trained.images())).containsExactly("there is no version");
    }

    @Test
    void twoVersionsAreLive() {
        versions.set(0, versions.get(0).toBuilder().setState(VersionState.LIVE).build());

        assertThat(registry(3)).containsExactly("live is 3, and the versions whose state is LIVE are [1, 3]");
    }

    @Test
    void aMoveThatTheHistoryDoesNotTell() {
        history.remove(1);

        assertThat(registry(3)).containsExactly("move 0 goes from 2, where 1 was live");
    }

    @Test
    void aPointerThatTheHistoryDoesNotLeadTo() {
        history.remove(2);

        assertThat(registry(3)).containsExactly("live is 3, and the history ends at 2");
    }

    @Test
    void aFileThatIsGoneOrAnother() {
        files.remove("1/model.onnx");
        files.put("2/training.pb", versions.get(0).getTraining());

        assertThat(StoreCheck.violations(versions, files, folders))
                .hasSize(2)
                .anyMatch(violation -> violation.startsWith("1/model.onnx is not what was published"))
                .anyMatch(violation -> violation.startsWith("2/training.pb is not what was published"));
    }

    @Test
    void whatCrashedAttemptsLeaveBehind() {
        folders.addAll(Set.of(".staging/4-x", ".unregistered", "4"));
        files.put(".staging/4-x/model.onnx", versions.get(0).getOnnx());

        assertThat(StoreCheck.violations(versions, files, folders))
                .containsExactly(
                        ".staging/4-x belongs to no version",
                        ".staging/4-x/model.onnx belongs to no version",
                        ".unregistered belongs to no version",
                        "4 belongs to no version");
    }

    private List<String> registry(long live) {
        return RegistryCheck.violations(
                versions, LivePointer.newBuilder().setVersion(live).build(), history);
    }

    private static Move move(long from, long to) {
        return Move.newBuilder().setFrom(from).setTo(to).build();
    }
}
