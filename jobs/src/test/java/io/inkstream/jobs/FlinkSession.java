package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.client.cli.DefaultCLI;
import org.apache.flink.client.cli.GenericCLI;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileStatus;

/** Flink's own command line, as users call it for the jobs of one model. */
final class FlinkSession {
    private final Configuration flink;
    private final Connections connections;

    /** @param flink with which jobs are submitted */
    FlinkSession(Configuration flink, Connections connections) {
        this.flink = flink;
        this.connections = connections;
    }

    /**
     * {@code flink run}.
     *
     * @param flinkOptions those that stand before the jar
     * @param options the job's, beside those that say where everything is
     * @return its exit code
     */
    int run(List<String> flinkOptions, Path jar, String job, String... options) {
        List<String> line = new ArrayList<>(List.of("run", "-d", "-t", "remote", "-c", "io.inkstream.jobs." + job));
        line.addAll(flinkOptions);
        line.add(jar.toString());
        line.addAll(List.of("--model", connections.model()));
        line.addAll(List.of("--bootstrap-servers", connections.kafka()));
        line.addAll(List.of("--zookeeper", connections.zookeeper()));
        line.addAll(List.of("--root", connections.root()));
        Collections.addAll(line, options);
        return call(line);
    }

    /** {@code flink stop}; returns the savepoint. */
    String stop(String jobId) throws IOException {
        String folder = connections.root() + "/savepoints/" + connections.model();
        assertThat(call(List.of("stop", "-t", "remote", "--savepointPath", folder, jobId)))
                .isZero();
        org.apache.flink.core.fs.Path savepoints = new org.apache.flink.core.fs.Path(folder);
        for (FileStatus savepoint : savepoints.getFileSystem().listStatus(savepoints)) {
            if (savepoint.getPath().getName().startsWith("savepoint-" + jobId.substring(0, 6) + "-")) {
                return savepoint.getPath().toString();
            }
        }
        throw new AssertionError("no savepoint of " + jobId + " in " + folder);
    }

    /** {@code flink cancel}, for all of the model's jobs that run; returns when they are gone. */
    void cancelAll() throws Exception {
        Matcher job = pattern(anyName()).matcher(rest("/jobs/overview"));
        while (job.find()) {
            assertThat(call(List.of("cancel", "-t", "remote", job.group(1)))).isZero();
        }
        await().atMost(Loop.PATIENCE)
                .until(() -> !pattern(anyName()).matcher(rest("/jobs/overview")).find());
    }

    private int call(List<String> line) {
        Configuration conf = new Configuration(flink);
        return new CliFrontend(conf, List.of(new GenericCLI(conf, "../flink-conf"), new DefaultCLI()))
                .parseAndRun(line.toArray(String[]::new));
    }

    /** The job that runs under that name. */
    String running(String name) throws Exception {
        Matcher job = pattern(Pattern.quote(name)).matcher(rest("/jobs/overview"));
        assertThat(job.find()).as(name + " runs").isTrue();
        return job.group(1);
    }

    private String anyName() {
        return Pattern.quote(connections.model() + " ") + "[^\"]+";
    }

    private static Pattern pattern(String name) {
        return Pattern.compile("\"jid\":\"(\\w+)\",\"name\":\"" + name
                + "\"[^}]*?\"state\":\"(?:INITIALIZING|CREATED|RUNNING|RESTARTING|CANCELLING)\"");
    }

    /** What Flink's REST API says. */
    String rest(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(FlinkJobs.address(flink) + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
