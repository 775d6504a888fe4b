package io.inkstream.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.junit.SandboxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class SandboxFaultsIT {
    private static final int KEYS = 10;
    private static final int RATE = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    @SuppressWarnings("try") // close() may be interrupted, which ends the test
    void aJobGoesOnExactlyOnceFromItsCheckpointInHdfsWhenATaskManagerIsKilled(Sandbox sandbox) throws Exception {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(sandbox.flinkClient());
        env.setParallelism(2);
        env.enableCheckpointing(200);
        try (CloseableIterator<Tuple2<Long, Long>> counts = counts(env).collectAsync()) {
            JobClient job = env.executeAsync("counts");
            long start = System.nanoTime();
            String checkpoints = sandbox.flink() + "/jobs/" + job.getJobID() + "/checkpoints";
            await().atMost(LIMIT).until(() -> Http.get(checkpoints).contains("\"latest\":{\"completed\":{"));
            assertThat(Http.get(checkpoints + "/config")).contains("EmbeddedRocksDBStateBackend");
            assertThat(filesUnder(sandbox, "/flink/checkpoints/" + job.getJobID()))
                    .isNotEmpty();

            sandbox.killTaskManager();
            await().atMost(LIMIT).until(() -> !Http.get(checkpoints).contains("\"restored\":0"));
            sandbox.startTaskManager();

            long moreThanCameBefore = (System.nanoTime() - start) / 1_000_000_000 * RATE + 2 * RATE;
            requireEveryCountOnceInOrder(counts, moreThanCameBefore);
            job.cancel().get();
        }
    }

    @Test
    void kafkaKeepsItsRecordsOverARestart(Sandbox sandbox) throws Exception {
        String topic = sandbox.uniqueName("digits");
        sandbox.createTopic(topic, 1);
        SandboxIT.produce(sandbox, topic, "before", true);
        sandbox.stopKafka();
        sandbox.startKafka();
        SandboxIT.produce(sandbox, topic, "after", true);
        assertThat(SandboxIT.consume(sandbox, topic, 2)).containsExactly("before", "after");
    }

    @Test
    @SuppressWarnings("try") // close() may be interrupted, which ends the test
    void zooKeeperKeepsItsNodesAndSessionsOverARestart(Sandbox sandbox) throws Exception {
        String node = "/" + sandbox.uniqueName("scorer");
        try (ZooKeeper session = SandboxIT.connect(sandbox)) {
            session.create(node, "7".getBytes(UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            long id = session.getSessionId();
            sandbox.stopZooKeeper();
            sandbox.startZooKeeper();
            try (ZooKeeper other = SandboxIT.connect(sandbox)) {
                assertThat(other.getData(node, false, null)).asString(UTF_8).isEqualTo("7");
            }
            await().atMost(LIMIT).until(() -> session.getState().isConnected());
            assertThat(session.getSessionId()).isEqualTo(id);
        }
    }

    @Test
    void hdfsKeepsItsFilesOverARestart(Sandbox sandbox) throws Exception {
        Path file = new Path("/" + sandbox.uniqueName("model"));
        try (FileSystem hdfs = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration())) {
            try (FSDataOutputStream out = hdfs.create(file, false)) {
                out.write("weights".getBytes(UTF_8));
            }
            sandbox.stopHdfs();
            sandbox.startHdfs();
            try (FSDataInputStream in = hdfs.open(file)) {
                assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("weights");
            }
        }
    }

    /** Key and how many of it have come so far, for every record, without end. */
    private static DataStream<Tuple2<Long, Long>> counts(StreamExecutionEnvironment env) {
        DataGeneratorSource<Long> numbers = new DataGeneratorSource<>(
                number -> number, Long.MAX_VALUE, RateLimiterStrategy.perSecond(RATE), Types.LONG);
        return env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
                .uid("numbers")
                .map(number -> Tuple2.of(number % KEYS, 1L))
                .returns(Types.TUPLE(Types.LONG, Types.LONG))
                .uid("key")
                .keyBy(pair -> pair.f0)
                .reduce((a, b) -> Tuple2.of(a.f0, a.f1 + b.f1))
                .uid("count");
    }

    private static void requireEveryCountOnceInOrder(Iterator<Tuple2<Long, Long>> counts, long records) {
        Map<Long, Long> last = new HashMap<>();
        for (long i = 0; i < records; i++) {
            Tuple2<Long, Long> count = counts.next();
            assertThat(count.f1).isEqualTo(last.getOrDefault(count.f0, 0L) + 1);
            last.put(count.f0, count.f1);
        }
    }

    private static FileStatus[] filesUnder(Sandbox sandbox, String folder) throws Exception {
        try (FileSystem hdfs = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration())) {
            return hdfs.listStatus(new Path(folder));
        }
    }
}
