package io.inkstream.sandbox;

import java.net.BindException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of a sandbox, settled before its first server starts: every server keeps its own over a restart, and a port
 * that is taken is reported at once.
 */
public record Ports(int kafka, int kafkaController, int zookeeper, int hdfs, int webHdfs, int flink) {
    private static final Logger LOG = LoggerFactory.getLogger(Ports.class);
    private static final int STARTS = 3;

    /**
     * Starts servers on the ports that {@code choice} settles; where another program was quicker to take one of them, tries
     * others, twice at most.
     */
    public static <T> T start(Supplier<Ports> choice, Function<Ports, T> servers) {
        for (int left = STARTS - 1; ; left--) {
            Ports ports = choice.get();
            try {
                return servers.apply(ports);
            } catch (SandboxException e) {
                if (left == 0 || !isTaken(e)) {
                    throw e;
                }
                LOG.warn("A port was taken by another program after it had been chosen: trying others", e);
            }
        }
    }

    /** Settles the ports that {@code options} fixes, and chooses the others. */
    public static Ports settle(SandboxOptions options) {
        Map<Integer, String> fixed = new HashMap<>();
        if (options.here() != SandboxOptions.Here.ONLY_FLINK) {
            requireFree("Kafka", options.kafkaPort(), fixed);
            requireFree("ZooKeeper", options.zookeeperPort(), fixed);
            requireFree("HDFS", options.hdfsPort(), fixed);
        }
        requireFree("Flink", options.flinkPort(), fixed);
        Set<Integer> used = new LinkedHashSet<>(fixed.keySet());
        return new Ports(
                orFree(options.kafkaPort(), used),
                orFree(0, used),
                orFree(options.zookeeperPort(), used),
                orFree(options.hdfsPort(), used),
                orFree(0, used),
                orFree(options.flinkPort(), used));
    }

    /** Further free ports, none of which is one of these. */
    public List<Integer> more(int count) {
        Set<Integer> used = new LinkedHashSet<>(List.of(kafka, kafkaController, zookeeper, hdfs, webHdfs, flink));
        return Stream.generate(() -> orFree(0, used)).limit(count).toList();
    }

    private static void requireFree(String server, int port, Map<Integer, String> fixed) {
        if (port == 0) {
            return;
        }
        String other = fixed.put(port, server);
        if (other != null) {
            throw new SandboxException(
                    "Port " + port + " is given to both " + other + " and " + server + "; choose two different ones");
        }
        if (!FreePorts.isFree(port)) {
            throw new SandboxException("Port " + port + ", which " + server
                    + " is to use, is taken. Stop the program that listens on it, choose another port, or 0 for any"
                    + " free one");
        }
    }

    private static int orFree(int port, Set<Integer> used) {
        return port != 0 ? port : FreePorts.ofThisProcess().next(used);
    }

    /** A server in a process of its own tells it in its log, whose end is in the message. */
    private static boolean isTaken(Throwable failure) {
        return failure instanceof BindException
                || String.valueOf(failure.getMessage()).contains("Address already in use")
                || Stream.concat(Stream.ofNullable(failure.getCause()), Stream.of(failure.getSuppressed()))
                        .anyMatch(Ports::isTaken);
    }
}
