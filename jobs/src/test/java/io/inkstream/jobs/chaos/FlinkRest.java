package io.inkstream.jobs.chaos;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What is asked of Flink's REST API. */
final class FlinkRest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Asked each time: it changes with whoever leads. */
    private final Supplier<String> address;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    FlinkRest(Supplier<String> address) {
        this.address = address;
    }

    /** The ids of the jobs that run, by name. */
    Map<String, String> running() throws Exception {
        Map<String, String> jobs = new HashMap<>();
        for (JsonElement job : get("/jobs/overview").getAsJsonArray("jobs")) {
            if (text(job, "state").equals("RUNNING")) {
                jobs.put(text(job, "name"), text(job, "jid"));
            }
        }
        return jobs;
    }

    /** Of each job its name, its state and what it failed for last. */
    List<String> states() throws Exception {
        List<String> states = new ArrayList<>();
        for (JsonElement job : get("/jobs/overview").getAsJsonArray("jobs")) {
            JsonArray failures = get("/jobs/%s/exceptions?maxExceptions=3".formatted(text(job, "jid")))
                    .getAsJsonObject("exceptionHistory")
                    .getAsJsonArray("entries");
            states.add("%s %s %s".formatted(text(job, "name"), text(job, "state"), failures));
        }
        return states;
    }

    /** The ids of the TaskManagers on which the job has tasks. */
    Set<String> taskManagers(String job) throws Exception {
        Set<String> ids = new HashSet<>();
        for (JsonElement vertex : get("/jobs/" + job).getAsJsonArray("vertices")) {
            JsonObject tasks = get("/jobs/%s/vertices/%s/taskmanagers".formatted(job, text(vertex, "id")));
            tasks.getAsJsonArray("taskmanagers").forEach(manager -> ids.add(text(manager, "taskmanager-id")));
        }
        return ids;
    }

    /** Ends the job over a savepoint, with all that it has done committed; returns when it has ended. */
    void stop(String job, String savepoints) throws Exception {
        JsonObject body = new JsonObject();
        body.addProperty("targetDirectory", savepoints);
        body.addProperty("drain", false);
        String request = text(
                send(request("/jobs/%s/stop".formatted(job))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))),
                "request-id");
        String path = "/jobs/%s/savepoints/%s".formatted(job, request);
        await().atMost(PATIENCE)
                .until(() -> text(get(path).getAsJsonObject("status"), "id").equals("COMPLETED"));
        JsonObject operation = get(path).getAsJsonObject("operation");
        if (operation.has("failure-cause")) {
            throw new IOException("no savepoint: " + operation);
        }
        await().atMost(PATIENCE).until(() -> text(get("/jobs/" + job), "state").equals("FINISHED"));
    }

    private JsonObject get(String path) throws Exception {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address.get() + path)).timeout(Duration.ofSeconds(20));
    }

    private JsonObject send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            throw new IOException("Flink answers %d: %s".formatted(response.statusCode(), response.body()));
        }
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static String text(JsonElement object, String name) {
        return object.getAsJsonObject().get(name).getAsString();
    }
}
