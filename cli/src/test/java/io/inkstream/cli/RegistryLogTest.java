package io.inkstream.cli;

import static io.inkstream.cli.SampleVersions.ELEVEN;
import static io.inkstream.cli.SampleVersions.NOW;
import static io.inkstream.cli.SampleVersions.STATUS;
import static io.inkstream.cli.SampleVersions.TWELVE;
import static io.inkstream.cli.SampleVersions.scorer;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Refusal;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.VersionState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryLogTest {
    private static final String WHERE = SampleVersions.JOB + "/%d in 4711@worker-3";

    private final Map<Long, ModelVersion> metadata = new HashMap<>(Map.of(11L, ELEVEN, 12L, TWELVE));
    private final RegistryLog log = new RegistryLog(number -> Optional.ofNullable(metadata.get(number)));

    @BeforeEach
    void lookForTheFirstTime() {
        assertThat(texts(STATUS, 11, 12))
                .containsExactly(
                        "12 is published: prequential 99.00 %, holdout -",
                        "12 is proposed by ben@desk-2",
                        WHERE.formatted(0) + " is there",
                        WHERE.formatted(0) + " has loaded 11",
                        WHERE.formatted(0) + " has loaded 12",
                        WHERE.formatted(0) + " serves 11",
                        WHERE.formatted(1) + " is there",
                        WHERE.formatted(1) + " has loaded 11",
                        WHERE.formatted(1) + " serves 11",
                        "11, pinned by anna@desk-1: "
                                + STATUS.live().orElseThrow().getWhy());
    }

    @Test
    void nothingNewIsNothingToTell() {
        assertThat(texts(STATUS, 11, 12)).isEmpty();
    }

    @Test
    void aCandidateThatGoesLive() {
        LivePointer live =
                LivePointer.newBuilder().setVersion(12).setMove(5).setBy("ben").build();
        List<ScorerStatus> scorers = List.of(scorer(0, 12, 11, 12), scorer(1, 12, 12));

        assertThat(texts(new ModelStatus(Optional.of(live), Optional.empty(), scorers), 11, 12))
                .containsExactly(
                        WHERE.formatted(0) + " serves 12",
                        WHERE.formatted(1) + " has loaded 12",
                        WHERE.formatted(1) + " serves 12",
                        "11 -> 12 by ben");
    }

    @Test
    void aCandidateThatIsRefused() {
        metadata.put(
                12L,
                TWELVE.toBuilder()
                        .setState(VersionState.REJECTED)
                        .setReason("refused by 1")
                        .build());
        ScorerStatus refusing = scorer(1, 11, 11).toBuilder()
                .setRefused(Refusal.newBuilder().setVersion(12).setAttempt(1).setReason("SHA-256 differs"))
                .build();

        assertThat(texts(new ModelStatus(STATUS.live(), Optional.empty(), List.of(refusing)), 11, 12))
                .containsExactly(
                        "12 is the candidate no longer: REJECTED, refused by 1",
                        WHERE.formatted(0) + " has gone",
                        WHERE.formatted(1) + " refuses 12: SHA-256 differs");
    }

    @Test
    void versionsComeAndGo() {
        metadata.put(13L, TWELVE.toBuilder().setVersion(13).build());

        assertThat(texts(STATUS, 12, 13, 14))
                .containsExactly("13 is published: prequential 99.00 %, holdout -", "11 is deleted");
    }

    @Test
    void pinsAndAnotherAttempt() {
        LivePointer unpinned = STATUS.live().orElseThrow().toBuilder()
                .setPinned(false)
                .setBy("anna")
                .clearWhy()
                .build();
        Candidate again = STATUS.candidate().orElseThrow().toBuilder()
                .setAttempt(2)
                .setPin(true)
                .setWhy("mended")
                .build();

        assertThat(texts(new ModelStatus(Optional.of(unpinned), Optional.of(again), STATUS.scorers()), 11, 12))
                .containsExactly("12 is proposed, to be pinned by ben@desk-2: mended", "11 is unpinned by anna");
    }

    @Test
    void aLineSaysWhenAndWhat() {
        RegistryChange change = log.changesTo(
                        new ModelStatus(STATUS.live(), STATUS.candidate(), List.of()), List.of(12L))
                .get(1);

        assertThat(change.line(NOW)).isEqualTo("2026-01-01 00:00:00  scorer     " + WHERE.formatted(0) + " has gone");
        assertThat(Json.print(change.json(NOW)))
                .isEqualTo(
                        "{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"SCORER\",\"version\":11,\"text\":\"%s has gone\",\"message\":null}"
                                .formatted(WHERE.formatted(0)));
    }

    private List<String> texts(ModelStatus status, long... versions) {
        return log.changesTo(status, Arrays.stream(versions).boxed().toList()).stream()
                .map(RegistryChange::text)
                .toList();
    }
}
