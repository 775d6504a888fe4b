package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The forms of alerts and dashboard; {@link MonitoringIT} looks whether what they ask for is there. */
class MonitoringTest {

    @Test
    void eachAlertSaysWhatIsWrongAndHowBadThatIs() throws IOException {
        JsonNode rules = Yaml.read(Queries.RULES).at("/groups/0/rules");
        assertThat(rules).isNotEmpty();
        Set<String> names = new HashSet<>();
        for (JsonNode rule : rules) {
            assertThat(names.add(rule.get("alert").asText()))
                    .as("a name of its own")
                    .isTrue();
            assertThat(rule.at("/labels/severity").asText()).isIn("page", "ticket");
            assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
            requireBalanced(rule.get("expr").asText());
        }
    }

    @Test
    void panelsDoNotOverlapAndAskTheProvisionedSource() throws IOException {
        Set<Integer> taken = new HashSet<>();
        for (JsonNode panel : Queries.dashboard().get("panels")) {
            JsonNode at = panel.get("gridPos");
            for (int x = at.get("x").asInt();
                    x < at.get("x").asInt() + at.get("w").asInt();
                    x++) {
                assertThat(x).isLessThan(24);
                for (int y = at.get("y").asInt();
                        y < at.get("y").asInt() + at.get("h").asInt();
                        y++) {
                    assertThat(taken.add(1_000 * y + x))
                            .as(panel.get("title").asText())
                            .isTrue();
                }
            }
            if (!panel.get("type").asText().equals("row")) {
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("prometheus");
                assertThat(panel.get("targets")).isNotEmpty();
            }
        }
        for (String query : Queries.ofDashboard()) {
            requireBalanced(query);
        }
    }

    private static void requireBalanced(String query) {
        for (String pair : new String[] {"()", "{}", "[]"}) {
            assertThat(query.chars().filter(c -> c == pair.charAt(0)).count())
                    .as(query)
                    .isEqualTo(query.chars().filter(c -> c == pair.charAt(1)).count());
        }
    }
}
