package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.client.cli.DefaultCLI;
import org.apache.flink.client.cli.GenericCLI;
import org.apache.flink.configuration.Configuration;

/** Flink's own command line, in this process, with the job jar that was built. */
final class FlinkCli {

    private FlinkCli() {}

    /** What it returned, and what it wrote on stderr. */
    record Run(int exitCode, String err) {}

    /**
     * {@code flink run -d} of a job on the sandbox.
     *
     * @param flink Flink's options, such as {@code -D}
     * @param options the job's
     */
    static Run run(Sandbox sandbox, List<String> flink, String job, List<String> options) throws Exception {
        Configuration conf = sandbox.flinkClient();
        CliFrontend cli = new CliFrontend(conf, List.of(new GenericCLI(conf, "../flink-conf"), new DefaultCLI()));
        String[] args = Stream.of(
                        List.of("run", "-d", "-t", "remote"),
                        flink,
                        List.of(
                                "-c",
                                "io.inkstream.jobs." + job,
                                JobJars.built().toString()),
                        options)
                .flatMap(List::stream)
                .toArray(String[]::new);
        PrintStream stderr = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            return new Run(cli.parseAndRun(args), err.toString(UTF_8));
        } finally {
            System.setErr(stderr);
        }
    }

    /** The options that say where everything is. */
    static List<String> options(Connections connections) {
        return List.of(
                "--model",
                connections.model(),
                "--bootstrap-servers",
                connections.kafka(),
                "--zookeeper",
                connections.zookeeper(),
                "--root",
                connections.root());
    }
}
