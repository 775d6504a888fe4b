package io.inkstream.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One metric that a query asks for, with what stands in braces behind it. */
record Selector(String metric, List<Condition> conditions) {

    /** Metrics are Flink's, the gateway's, or Prometheus' own {@code up}. */
    private static final Pattern SELECTOR = Pattern.compile("\\b((?:flink|inkstream)_\\w+|up\\b)(?:\\{([^}]*)})?");

    private static final Pattern CONDITION = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

    private record Condition(String label, String operator, String value) {
        boolean holds(Map<String, String> labels) {
            String actual = labels.getOrDefault(label, "");
            boolean same = operator.endsWith("~") ? actual.matches(value) : actual.equals(value);
            return same != operator.startsWith("!");
        }
    }

    static List<Selector> of(String query) {
        return SELECTOR.matcher(query)
                .results()
                .map(found -> new Selector(found.group(1), conditions(found)))
                .toList();
    }

    private static List<Condition> conditions(MatchResult selector) {
        List<Condition> conditions = new ArrayList<>();
        if (selector.group(2) != null) {
            CONDITION
                    .matcher(selector.group(2))
                    .results()
                    .forEach(found -> conditions.add(new Condition(found.group(1), found.group(2), found.group(3))));
        }
        return conditions;
    }

    boolean chooses(Map<String, String> labels) {
        return conditions.stream().allMatch(condition -> condition.holds(labels));
    }
}
