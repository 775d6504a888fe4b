package io.inkstream.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The PromQL of alerts and dashboard, as far as it can be checked without Prometheus. */
final class Queries {

    static final Path RULES = Path.of("prometheus/rules.yml");
    static final Path DASHBOARD = Path.of("grafana/dashboards/inkstream.json");

    private Queries() {}

    static List<String> ofAlerts() throws IOException {
        return Yaml.read(RULES).findValuesAsText("expr");
    }

    static List<String> ofDashboard() throws IOException {
        return dashboard().findValuesAsText("expr");
    }

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(DASHBOARD.toFile());
    }

    /** The labels by which a query's results are told apart. */
    static Set<String> groups(String query) {
        Set<String> labels = new LinkedHashSet<>();
        Pattern.compile("\\bby\\s*\\(([^)]*)\\)").matcher(query).results().forEach(by -> {
            for (String label : by.group(1).split(",", -1)) {
                labels.add(label.trim());
            }
        });
        return labels;
    }
}
