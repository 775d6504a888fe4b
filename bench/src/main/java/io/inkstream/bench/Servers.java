package io.inkstream.bench;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kafka, ZooKeeper and HDFS in a JVM of their own, so that this one's CPU time is Flink's alone. */
final class Servers implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final BufferedReader answers;
    private final int[] ports;

    private Servers(Process process) throws IOException {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.ports = List.of(answer().split(" ")).stream()
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** @param images the data set that {@link #fill} sends */
    static Servers start(String images) throws IOException {
        return new Servers(Jvm.start(List.of("-Xmx1g"), List.of("servers", "--images", images)));
    }

    /** Flink in this JVM, with those servers. */
    Sandbox flink(int slots) {
        return Sandbox.start(options(slots));
    }

    /** The same, with so many megabytes for RocksDB. */
    Sandbox flink(int slots, int managedMb) {
        return Sandbox.start(options(slots).withFlink("taskmanager.memory.managed.size", managedMb + "m"));
    }

    private SandboxOptions options(int slots) {
        return SandboxOptions.defaults()
                .withPorts(ports[0], ports[1], ports[2], 0)
                .withTaskManagers(1, slots)
                .with(SandboxOptions.Here.ONLY_FLINK);
    }

    /** Puts so many images more into a topic; returns how many it has then. */
    long fill(String topic, long images, int sources) throws IOException {
        String order = "fill %s %d %d%n".formatted(topic, images, sources);
        process.getOutputStream().write(order.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return Long.parseLong(answer());
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the JVM of the servers has ended; what it wrote above may say why");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
