package io.inkstream.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;

/** What Flink's REST API tells of a job's checkpoints. */
final class JobCheckpoints {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI uri;

    /**
     * A checkpoint that is complete.
     *
     * @param bytes of the state that it stands for
     * @param newBytes of these, what was written for it
     */
    record Complete(long id, long millis, long bytes, long newBytes) {}

    /** @param flink the address of its REST API */
    JobCheckpoints(String flink, JobID job) {
        uri = URI.create("%s/jobs/%s/checkpoints".formatted(flink, job));
    }

    JsonObject read() throws IOException, InterruptedException {
        return JsonParser.parseString(
                        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                                .body())
                .getAsJsonObject();
    }

    /** Those of the last ten that are complete and newer than that one, oldest first. */
    List<Complete> after(long id) throws IOException, InterruptedException {
        List<Complete> complete = new ArrayList<>();
        for (JsonElement element : read().getAsJsonArray("history")) {
            JsonObject checkpoint = element.getAsJsonObject();
            boolean isComplete = checkpoint.get("status").getAsString().equals("COMPLETED");
            if (isComplete && checkpoint.get("id").getAsLong() > id) {
                complete.add(
                        0,
                        new Complete(
                                checkpoint.get("id").getAsLong(),
                                checkpoint.get("end_to_end_duration").getAsLong(),
                                checkpoint.get("state_size").getAsLong(),
                                checkpoint.get("checkpointed_size").getAsLong()));
            }
        }
        return complete;
    }
}
