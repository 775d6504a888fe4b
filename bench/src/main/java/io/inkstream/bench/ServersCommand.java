package io.inkstream.bench;

import io.inkstream.datasets.Datasets;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The JVM of Kafka, ZooKeeper and HDFS beside a benchmark's own: {@link Servers} starts it and talks to it.
 *
 * <p>It says its addresses on a line, then obeys a line at a time: {@code fill <topic> <images> <sources>} puts images into
 * a topic. It ends when nobody talks to it any more, so also when the benchmark is killed.
 */
@Command(name = "servers", hidden = true)
final class ServersCommand implements Callable<Integer> {
    @Option(names = "--images", required = true)
    private String images;

    @Override
    public Integer call() throws Exception {
        // Standard output is for the answers alone.
        PrintStream answers = System.out;
        System.setOut(System.err);
        Digits digits = Digits.read(Datasets.open(images));
        SandboxOptions options = SandboxOptions.defaults().with(SandboxOptions.Here.ALL_BUT_FLINK);
        try (Sandbox sandbox = Sandbox.start(options);
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            answers.println(String.join(" ", port(sandbox.kafka()), port(sandbox.zookeeper()), port(sandbox.hdfs())));
            Fill fill = new Fill(digits, sandbox.kafka());
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answers.println(obey(order.split(" "), fill));
            }
        }
        return 0;
    }

    private static long obey(String[] order, Fill fill) throws Exception {
        if (order.length != 4 || !order[0].equals("fill")) {
            throw new IllegalArgumentException("not an order: " + String.join(" ", order));
        }
        return fill.send(order[1], Long.parseLong(order[2]), Integer.parseInt(order[3]));
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }
}
