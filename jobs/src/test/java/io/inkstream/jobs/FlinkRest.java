package io.inkstream.jobs;

import io.inkstream.sandbox.Sandbox;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads all that Flink's REST API, and so its web page, tells of a cluster and its jobs. */
final class FlinkRest {

    private static final Pattern JOB = Pattern.compile("\"jid\":\"(\\p{XDigit}{32})\"");
    private static final Pattern VERTEX = Pattern.compile("\"id\":\"(\\p{XDigit}{32})\"");
    private static final Pattern TASK_MANAGER = Pattern.compile("\"id\":\"([^\"]+)\",\"path\"");

    private static final List<String> CLUSTER = List.of(
            "/config",
            "/overview",
            "/jobs/overview",
            "/taskmanagers",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/jobmanager/logs",
            "/jobmanager/metrics");
    private static final List<String> JOBS = List.of(
            "",
            "/accumulators",
            "/checkpoints",
            "/checkpoints/config",
            "/config",
            "/exceptions",
            "/metrics",
            "/plan",
            "/status");
    private static final List<String> VERTICES =
            List.of("", "/accumulators", "/metrics", "/taskmanagers", "/subtasktimes");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    FlinkRest(Sandbox sandbox) {
        address = sandbox.flink();
    }

    /** What is answered, by path. */
    Map<String, String> everything() throws Exception {
        Map<String, String> answers = new TreeMap<>();
        read(answers, "", CLUSTER);
        for (String taskManager : ids(TASK_MANAGER, answers.get("/taskmanagers"))) {
            read(answers, "/taskmanagers/" + taskManager, List.of("", "/logs", "/metrics"));
        }
        for (String job : ids(JOB, answers.get("/jobs/overview"))) {
            read(answers, "/jobs/" + job, JOBS);
            for (String vertex : ids(VERTEX, answers.get("/jobs/" + job))) {
                read(answers, "/jobs/" + job + "/vertices/" + vertex, VERTICES);
            }
        }
        return answers;
    }

    private void read(Map<String, String> answers, String prefix, List<String> paths) throws Exception {
        for (String path : paths) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + prefix + path)).build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError("%s%s: %d %s".formatted(prefix, path, answer.statusCode(), answer.body()));
            }
            answers.put(prefix + path, answer.body());
        }
    }

    private static List<String> ids(Pattern pattern, String answer) {
        return pattern.matcher(answer)
                .results()
                .map(MatchResult::group)
                .map(found -> pattern.matcher(found).replaceAll("$1"))
                .distinct()
                .toList();
    }
}
