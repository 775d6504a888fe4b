package io.inkstream.cli;

import io.inkstream.jobs.Connections;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Tells the user where everything is, and what to try.
 *
 * @param gateway the HTTP service
 * @param webHdfs HDFS over HTTP
 * @param flink Flink's page
 * @param folder where the data stay; null if they do not
 */
record Directions(Connections connections, String gateway, String webHdfs, String flink, Path folder) {
    void print(PrintStream out) {
        String kafka =
                connections.kafka().equals("localhost:9092") ? "" : " --bootstrap-servers " + connections.kafka();
        String model = connections.model().equals("digits") ? "" : " --model " + connections.model();
        out.printf(
                """

                Kafka      %s
                ZooKeeper  %s
                HDFS       %s   (over HTTP: %s/inkstream?op=LISTSTATUS)
                Flink      %s
                HTTP       %s   (a page to draw digits on; for programs: %s/openapi.yaml)

                Try, from another terminal:
                  curl -d '{"image_path": "seven.png"}' %s/digits/classify
                  curl -d '{"images_batch_path": "digits"}' %s/digits/train
                  ./inkstream predictions%s%s
                  ./inkstream produce samples/digits --unlabeled --rate 100%s%s
                  ./inkstream produce samples/digits --shuffle 7%s%s
                  ./inkstream produce photo.png%s%s        one digit, 28 × 28
                  ./inkstream labels --from-dataset samples/digits --share 0.1%s%s
                  ./inkstream evaluations%s%s
                Ctrl-C ends everything%s.
                """,
                connections.kafka(),
                connections.zookeeper(),
                connections.root(),
                webHdfs,
                flink,
                gateway,
                gateway,
                gateway,
                gateway,
                kafka,
                model,
                kafka,
                model,
                kafka,
                model,
                kafka,
                model,
                kafka,
                model,
                kafka,
                model,
                folder == null ? " and removes its data" : "; the data stay in " + folder);
    }
}
