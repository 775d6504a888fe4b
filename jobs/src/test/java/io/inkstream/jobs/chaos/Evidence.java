package io.inkstream.jobs.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.Artifact;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what there is of a model in Kafka, ZooKeeper and HDFS, by code of its own. */
@SuppressWarnings("try") // close() may throw InterruptedException, which whoever closes it wants to see
final class Evidence implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String kafka;
    private final String model;
    private final CuratorFramework zookeeper;
    private final FileSystem hdfs;
    private final Path folder;

    /** @param root the URI under which the model's files are */
    Evidence(String kafka, String zookeeper, String root, String model) throws Exception {
        this.kafka = kafka;
        this.model = model;
        this.zookeeper =
                CuratorFrameworkFactory.newClient(zookeeper, new BoundedExponentialBackoffRetry(100, 2_000, 30));
        this.zookeeper.start();
        this.folder = new Path(root + "/models/" + model);
        this.hdfs = FileSystem.newInstance(URI.create(root), new Configuration());
    }

    /** Ascending. */
    List<ModelVersion> versions() throws Exception {
        List<ModelVersion> versions = new ArrayList<>();
        for (String number : children("versions")) {
            versions.add(read("versions/" + number, ModelVersion.newBuilder()).build());
        }
        versions.sort(Comparator.comparingLong(ModelVersion::getVersion));
        return versions;
    }

    /** The one with the highest number; the default instance before there is one. */
    ModelVersion newestVersion() throws Exception {
        long newest =
                children("versions").stream().mapToLong(Long::parseLong).max().orElse(0);
        ModelVersion.Builder version = ModelVersion.newBuilder();
        return newest == 0
                ? version.build()
                : read("versions/" + newest, version).build();
    }

    LivePointer live() throws Exception {
        return read("live", LivePointer.newBuilder()).build();
    }

    boolean hasLive() throws Exception {
        return zookeeper.checkExists().forPath(node("live")) != null;
    }

    boolean hasCandidate() throws Exception {
        return zookeeper.checkExists().forPath(node("candidate")) != null;
    }

    /** Oldest first. */
    List<Move> history() throws Exception {
        List<Move> moves = new ArrayList<>();
        for (String name : children("history")) {
            moves.add(read("history/" + name, Move.newBuilder()).build());
        }
        moves.sort(Comparator.comparingLong(Move::getMove));
        return moves;
    }

    private List<String> children(String name) throws Exception {
        return zookeeper.checkExists().forPath(node(name)) == null
                ? List.of()
                : zookeeper.getChildren().forPath(node(name));
    }

    private <B extends Message.Builder> B read(String name, B message) throws Exception {
        JsonFormat.parser().merge(new String(zookeeper.getData().forPath(node(name)), UTF_8), message);
        return message;
    }

    private String node(String name) {
        return "/inkstream/" + model + "/" + name;
    }

    /** The committed ones; those of a partition in its order. */
    List<Prediction> predictions() throws Exception {
        List<Prediction> predictions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : committed("predictions")) {
            predictions.add(Prediction.parseFrom(record.value()));
        }
        return predictions;
    }

    List<LabeledImage> labeledImages() throws Exception {
        List<LabeledImage> images = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : committed("training")) {
            images.add(LabeledImage.parseFrom(record.value()));
        }
        return images;
    }

    int rejected() {
        return committed("rejected").size();
    }

    private List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(model + "." + topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(records::add);
            }
            return records;
        }
    }

    Collection<TransactionListing> transactions() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            return admin.listTransactions().all().get();
        }
    }

    /** What is in the model's folder in HDFS, by the path there. */
    Map<String, Artifact> files() throws Exception {
        Map<String, Artifact> files = new HashMap<>();
        for (FileStatus status : below(folder)) {
            if (status.isFile()) {
                files.put(relative(status), ModelStore.describe(status.getPath().getName(), read(status.getPath())));
            }
        }
        return files;
    }

    /** In the model's folder, by the path there. */
    Set<String> folders() throws Exception {
        Set<String> folders = new HashSet<>();
        for (FileStatus status : below(folder)) {
            if (status.isDirectory()) {
                folders.add(relative(status));
            }
        }
        return folders;
    }

    byte[] onnx(long version) throws Exception {
        return read(new Path(folder, version + "/" + ModelStore.ONNX));
    }

    private List<FileStatus> below(Path top) throws Exception {
        List<FileStatus> all = new ArrayList<>();
        for (FileStatus status : hdfs.listStatus(top)) {
            all.add(status);
            if (status.isDirectory()) {
                all.addAll(below(status.getPath()));
            }
        }
        return all;
    }

    private String relative(FileStatus status) {
        String path = status.getPath().toUri().getPath();
        return path.substring(folder.toUri().getPath().length() + 1);
    }

    private byte[] read(Path path) throws Exception {
        try (FSDataInputStream file = hdfs.open(path)) {
            return file.readAllBytes();
        }
    }

    @Override
    public void close() throws Exception {
        zookeeper.close();
        hdfs.close();
    }
}
