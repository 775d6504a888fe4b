package io.inkstream.cli;

import static io.inkstream.cli.SampleVersions.ELEVEN;
import static io.inkstream.cli.SampleVersions.NOW;
import static io.inkstream.cli.SampleVersions.STATUS;
import static io.inkstream.cli.SampleVersions.TWELVE;
import static io.inkstream.cli.SampleVersions.version;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionTableTest {
    private static final ModelStatus NOTHING = new ModelStatus(Optional.empty(), Optional.empty(), List.of());

    @Test
    void usageExample() {
        ModelVersion refused =
                version(10, VersionState.REJECTED, 1_249_000, 412, 200_000).build();

        String text = new VersionTable("digits", STATUS, Map.of()).text(List.of(TWELVE, ELEVEN, refused), 12, NOW);
        assertThat(text).isEqualToNormalizingNewlines("""
version  state              trained prequential  holdout   age loaded serving
     12  CANDIDATE        1,250,640     99.00 %        -   12s    1/2     0/2
     11  LIVE, pinned     1,250,000     98.71 %  98.70 %    2h    2/2     2/2
     10  REJECTED         1,249,000      4.12 %        -    2d    0/2     0/2
3 of 12 versions; --limit 0 shows all
live: 11 since 2025-12-31 22:01:40 UTC, pinned, by anna@desk-1: good enough for
the fair, and nobody is there to look after it until Monday morning
candidate: 12 for 5s, by ben@desk-2
""");
    }

    @Test
    void whatLateLabelsTellStandsBelow() {
        Map<Long, LiveEvaluation> accuracies = Map.of(
                11L, EvaluationTableTest.evaluation(11, 960, 30, 10), 7L, EvaluationTableTest.evaluation(7, 1, 0, 0));
        VersionTable table = new VersionTable("digits", STATUS, accuracies);

        assertThat(table.text(List.of(TWELVE, ELEVEN), 2, NOW)).endsWith("""

by labels that came late:
               all labels                  random-audit   latest
version   labels    right   labels    right    within %    right         often
     11    1,000  96.00 %    1,000  96.00 %   93.6-97.7  96.00 %    4 as 9: 30
""".replace("\n", System.lineSeparator()));
        JsonArray rows = table.json(List.of(TWELVE, ELEVEN), 2).getAsJsonArray("versions");
        assertThat(rows.get(0).getAsJsonObject().get("accuracy").isJsonNull()).isTrue();
        JsonObject eleven = rows.get(1).getAsJsonObject().getAsJsonObject("accuracy");
        assertThat(eleven.getAsJsonObject("random_audit").get("labels").getAsLong())
                .isEqualTo(1_000);
    }

    @Test
    void itFitsIntoEightyColumns() {
        ModelVersion much = version(9_999_999, VersionState.LIVE, 9_999_999_999L, 10_000, 86_400L * 999)
                .build();
        LivePointer live = LivePointer.newBuilder()
                .setVersion(9_999_999)
                .setPinned(true)
                .setWhy("why".repeat(100))
                .build();
        ModelStatus status = new ModelStatus(Optional.of(live), STATUS.candidate(), STATUS.scorers());

        assertThat(new VersionTable("digits", status, Map.of())
                        .text(List.of(much, TWELVE), 3, NOW)
                        .lines())
                .hasSizeGreaterThan(5)
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void whatIsNotThereIsADash() {
        ModelVersion bare = ModelVersion.newBuilder()
                .setVersion(1)
                .setState(VersionState.PUBLISHED)
                .build();

        assertThat(new VersionTable("digits", NOTHING, Map.of()).text(List.of(bare), 1, NOW))
                .isEqualToNormalizingNewlines("""
version  state              trained prequential  holdout   age loaded serving
      1  PUBLISHED                0           -        -     -      -       -
""");
        assertThat(new VersionTable("digits", NOTHING, Map.of()).text(List.of(), 0, NOW))
                .isEqualToNormalizingNewlines("no version of the model digits has been published\n");
    }

    @Test
    void thePointerSaysWhatIsLive() {
        ModelVersion old = version(11, VersionState.PUBLISHED, 1, 1, 1).build();

        assertThat(new VersionTable("digits", STATUS, Map.of()).text(List.of(old), 1, NOW))
                .contains(" 11  LIVE, pinned ");
    }

    @Test
    void whatOthersWroteCannotSteerTheTerminal() {
        LivePointer live = LivePointer.newBuilder()
                .setVersion(1)
                .setBy("\u001b[2Janna\r\n")
                .setWhy("a\u009bb")
                .build();
        ModelStatus status = new ModelStatus(Optional.of(live), Optional.empty(), List.of());

        assertThat(new VersionTable("digits", status, Map.of())
                        .text(List.of(), 0, NOW)
                        .replaceAll("\\R", ""))
                .doesNotContainPattern("\\p{Cntrl}|\u009b")
                .contains(" [2Janna");
    }

    @Test
    void jsonHasAllKeysAlways() {
        JsonObject json = json(new VersionTable("digits", STATUS, Map.of()).json(List.of(TWELVE, ELEVEN), 12));
        assertThat(json.keySet()).containsExactly("model", "existing", "live", "candidate", "scorers", "versions");
        JsonObject twelve = json.getAsJsonArray("versions").get(0).getAsJsonObject();
        assertThat(twelve.keySet())
                .containsExactly("version", "state", "pinned", "loaded", "serving", "metadata", "accuracy");
        assertThat(twelve.get("loaded").getAsInt()).isEqualTo(1);

        JsonObject nothing = json(new VersionTable("digits", NOTHING, Map.of()).json(List.of(), 0));
        assertThat(nothing.keySet()).isEqualTo(json.keySet());
        assertThat(nothing.get("live").isJsonNull()).isTrue();
    }

    private static JsonObject json(JsonObject document) {
        return JsonParser.parseString(Json.print(document)).getAsJsonObject();
    }
}
