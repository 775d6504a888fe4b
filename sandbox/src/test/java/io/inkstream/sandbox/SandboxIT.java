package io.inkstream.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.sandbox.junit.SandboxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class SandboxIT {
    private static final int SESSION_TIMEOUT_MS = 10_000;

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        String topic = sandbox.uniqueName("digits");
        sandbox.createTopic(topic, 2);
        produce(sandbox, topic, "discarded", false);
        produce(sandbox, topic, "kept", true);
        assertThat(consume(sandbox, topic, 1)).containsExactly("kept");

        StreamExecutionEnvironment job = new StreamExecutionEnvironment(sandbox.flinkClient());
        job.fromSequence(1, 100).sinkTo(new DiscardingSink<>());
        JobExecutionResult result = job.execute("a job");
        assertThat(Http.get(sandbox.flink() + "/jobs/" + result.getJobID())).contains("\"state\":\"FINISHED\"");
    }

    @Test
    void aFileInHdfsIsReadBack(Sandbox sandbox) throws Exception {
        Path file = new Path(sandbox.hdfs() + "/" + sandbox.uniqueName("model"));
        try (FileSystem hdfs = FileSystem.newInstance(URI.create(sandbox.hdfs()), new Configuration())) {
            try (FSDataOutputStream out = hdfs.create(file, false)) {
                out.write("weights".getBytes(UTF_8));
            }
            try (FSDataInputStream in = hdfs.open(file)) {
                assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("weights");
            }
            assertThat(hdfs.getUri()).hasToString(sandbox.hdfs());
        }
        assertThat(Http.get(sandbox.webHdfs() + file.toUri().getPath() + "?op=OPEN"))
                .isEqualTo("weights");
    }

    @Test
    @SuppressWarnings("try") // close() may be interrupted, which ends the test
    void aZnodeIsReadBackInAnotherSession(Sandbox sandbox) throws Exception {
        String node = "/" + sandbox.uniqueName("live");
        try (ZooKeeper session = connect(sandbox)) {
            session.create(node, "7".getBytes(UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        try (ZooKeeper session = connect(sandbox)) {
            assertThat(session.getData(node, false, null)).asString(UTF_8).isEqualTo("7");
        }
    }

    @Test
    void transactionsMayLastFifteenMinutes(Sandbox sandbox) {
        Properties settings = producerSettings(sandbox);
        settings.setProperty("transaction.timeout.ms", "900000");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
        }
    }

    @Test
    void topicsAreNotCreatedByAccident(Sandbox sandbox) {
        Properties settings = producerSettings(sandbox);
        settings.remove("transactional.id");
        settings.setProperty("max.block.ms", "500");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(sandbox.uniqueName("none"), "a"))
                            .get())
                    .hasMessageContaining("not present in metadata");
        }
    }

    @Test
    void creatingATopicAgainIsFineUnlessItsPartitionsDiffer(Sandbox sandbox) {
        String topic = sandbox.uniqueName("digits");
        sandbox.createTopics(2, topic, sandbox.uniqueName("digits"));
        sandbox.createTopic(topic, 2);
        assertThatThrownBy(() -> sandbox.createTopic(topic, 3))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining(topic)
                .hasMessageContaining("2 partitions, not 3");
    }

    static ZooKeeper connect(Sandbox sandbox) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper session = new ZooKeeper(sandbox.zookeeper(), SESSION_TIMEOUT_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();
        return session;
    }

    static void produce(Sandbox sandbox, String topic, String value, boolean commit) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(producerSettings(sandbox), new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, value)).get();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    /** The first {@code count} values under read_committed, or fewer if they do not come in time. */
    static List<String> consume(Sandbox sandbox, String topic, int count) {
        Properties settings = new Properties();
        settings.setProperty("bootstrap.servers", sandbox.kafka());
        settings.setProperty("group.id", sandbox.uniqueName("group"));
        settings.setProperty("isolation.level", "read_committed");
        settings.setProperty("auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(100))) {
                    values.add(found.value());
                }
            }
        }
        return values;
    }

    private static Properties producerSettings(Sandbox sandbox) {
        Properties settings = new Properties();
        settings.setProperty("bootstrap.servers", sandbox.kafka());
        settings.setProperty("transactional.id", sandbox.uniqueName("transaction"));
        return settings;
    }
}
