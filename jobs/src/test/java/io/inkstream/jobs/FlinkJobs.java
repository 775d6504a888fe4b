package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;

/** What Flink's REST API says of jobs: their failures, restarts and checkpoints. */
final class FlinkJobs {
    private final String address;

    FlinkJobs(Configuration flink) {
        address = address(flink);
    }

    /** Whether Flink had to restart a job. */
    boolean hasFailed(JobClient job) throws Exception {
        String exceptions = get(job, "exceptions");
        assertThat(exceptions).contains("exceptionHistory");
        return exceptions.contains("exceptionName");
    }

    /** Shows what it was, where there was something. */
    void assertNeverFailed(JobClient job) throws Exception {
        assertThat(get(job, "exceptions")).contains("exceptionHistory").doesNotContain("exceptionName");
    }

    /** 0 where Flink does not tell yet. */
    int restarts(JobClient job) throws Exception {
        Matcher restarts = Pattern.compile("\"value\":\"(\\d+)\"").matcher(get(job, "metrics?get=numRestarts"));
        return restarts.find() ? Integer.parseInt(restarts.group(1)) : 0;
    }

    int completedCheckpoints(JobClient job) throws Exception {
        return checkpoints(job, "completed");
    }

    int failedCheckpoints(JobClient job) throws Exception {
        return checkpoints(job, "failed");
    }

    boolean hasCheckpointUnderWay(JobClient job) throws Exception {
        return checkpoints(job, "in_progress") > 0;
    }

    private int checkpoints(JobClient job, String counted) throws Exception {
        Matcher count = Pattern.compile("\"" + counted + "\":(\\d+)").matcher(get(job, "checkpoints"));
        assertThat(count.find()).isTrue();
        return Integer.parseInt(count.group(1));
    }

    /** The address of Flink's REST API. */
    static String address(Configuration flink) {
        return "http://%s:%d".formatted(flink.get(RestOptions.ADDRESS), flink.get(RestOptions.PORT));
    }

    private String get(JobClient job, String what) throws Exception {
        URI uri = URI.create(address + "/jobs/" + job.getJobID() + "/" + what);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
