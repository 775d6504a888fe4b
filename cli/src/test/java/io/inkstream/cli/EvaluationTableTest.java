package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTableTest {
    private static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");

    @Test
    void usageExample() {
        String text = new EvaluationTable().text(List.of(evaluation(12, 960, 30, 10), evaluation(9, 1, 0, 0)));

        List<String> lines = text.lines().toList();
        assertThat(lines).hasSize(4).allMatch(line -> line.length() <= 80);
        assertThat(lines.get(0)).isEqualTo("               all labels                  random-audit   latest");
        assertThat(lines.get(1))
                .isEqualTo("version   labels    right   labels    right    within %    right         often");
        assertThat(lines.get(2))
                .matches(
                        "     12    1,000  96.00 %    1,000  96.00 %   9[345]\\.\\d-9[678]\\.\\d  96.00 %    4 as 9: 30");
        assertThat(lines.get(3))
                .matches("      9        1 100.00 %        1 100.00 %   \\d\\.\\d-100\\.0 100.00 %             -");
    }

    @Test
    void aVersionWithoutALabelOfAKindHasNoShareOfThem() {
        LiveEvaluation none = LiveEvaluation.newBuilder().setVersion(3).build();

        assertThat(new EvaluationTable().text(List.of(none)))
                .endsWith(
                        "      3        0        -        0        -           -        -             -%n".formatted());
    }

    @Test
    void jsonHasTheCountsAndAllElse() {
        JsonObject row = EvaluationTable.json("digits", List.of(evaluation(12, 960, 30, 10)))
                .getAsJsonArray("versions")
                .get(0)
                .getAsJsonObject();

        assertThat(row.get("version").getAsLong()).isEqualTo(12);
        assertThat(row.getAsJsonObject("random_audit").get("correct").getAsLong())
                .isEqualTo(960);
        assertThat(row.getAsJsonObject("all").get("labels").getAsLong()).isEqualTo(1_000);
        assertThat(row.getAsJsonObject("evaluation").getAsJsonObject("total").getAsJsonArray("counts"))
                .hasSize(100);
    }

    @Test
    void theMistakeThatIsMadeMostOftenIsFound() {
        assertThat(Mistake.worst(counts(960, 30, 10))).contains(new Mistake(4, 9, 30));
        assertThat(Mistake.worst(counts(960, 0, 10))).contains(new Mistake(1, 7, 10));
        assertThat(Mistake.worst(counts(960, 0, 0))).isEmpty();
        assertThat(Mistake.worst(Confusion.getDefaultInstance())).isEmpty();
    }

    static LiveEvaluation evaluation(long version, long right, long fourAsNine, long oneAsSeven) {
        Confusion counts = counts(right, fourAsNine, oneAsSeven);
        return LiveEvaluation.newBuilder()
                .setFormat(1)
                .setVersion(version)
                .setTotal(counts)
                .setRandomAudit(counts)
                .setWindow(counts)
                .setUpdated(Timestamps.fromMillis(NOW.minusSeconds(5).toEpochMilli()))
                .build();
    }

    private static Confusion counts(long right, long fourAsNine, long oneAsSeven) {
        Confusion.Builder counts = Confusion.newBuilder();
        for (int i = 0; i < 100; i++) {
            counts.addCounts(i == 33 ? right : i == 49 ? fourAsNine : i == 17 ? oneAsSeven : 0);
        }
        return counts.build();
    }
}
