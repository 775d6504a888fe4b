package io.inkstream.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metrics, by which labels, PromQL asks for. Enough of it for alerts and dashboard, where metrics are Flink's or {@code up}. */
final class Queries {

    static final Path RULES = Path.of("prometheus/rules.yml");
    static final Path DASHBOARD = Path.of("grafana/dashboards/inkstream.json");

    /** A metric, and what stands in braces behind it. */
    private static final Pattern SELECTOR = Pattern.compile("\\b(flink_\\w+|up\\b)(?:\\{([^}]*)})?");

    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");

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

    /** For each metric, the labels by which it is chosen. */
    static Map<String, Set<String>> selectors(String query) {
        Map<String, Set<String>> selectors = new TreeMap<>();
        Matcher selector = SELECTOR.matcher(query);
        while (selector.find()) {
            Set<String> labels = selectors.computeIfAbsent(selector.group(1), name -> new TreeSet<>());
            if (selector.group(2) != null) {
                MATCHER.matcher(selector.group(2)).results().forEach(match -> labels.add(match.group(1)));
            }
        }
        return selectors;
    }

    /** The labels by which a query's results are told apart. */
    static Set<String> groups(String query) {
        Set<String> labels = new LinkedHashSet<>();
        Pattern.compile("\\bby\\s*\\(([^)]*)\\)").matcher(query).results().forEach(by -> {
            for (String label : by.group(1).split(",")) {
                labels.add(label.trim());
            }
        });
        return labels;
    }
}
