package io.inkstream.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.operators.publishing.Gate;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import io.inkstream.schemas.v1.LabeledImage;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.execution.JobClient;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Made the folders in {@code savepoints/}: what a release left behind in HDFS and ZooKeeper when both jobs were stopped with
 * savepoints. Later releases go on from there, on servers of their own; no folder is made again.
 *
 * <p>Both jobs were stopped in the midst of their work: no checkpoint had completed, so that the savepoints hold an unfinished
 * mini-batch, a version that was cut at their barrier, and transactions that were committed with them.
 */
final class GoldenSystem {
    static final String[] SOURCES = {"a", "b", "c"};

    /** How many labelled images, and how many to score, the release read; then one record each that is none. */
    static final int READ = 330;

    static final int SCORED = 60;

    private static final String TRAINING = "training";
    private static final String SCORING = "scoring";
    /** Long after the savepoint. */
    private static final Duration LATER = Duration.ofMinutes(2);

    private static final byte[] NO_IMAGE = "no image".getBytes(UTF_8);

    private final Path folder;

    GoldenSystem(Path folder) {
        this.folder = folder;
    }

    static GoldenSystem of(String release) throws URISyntaxException {
        return new GoldenSystem(
                Path.of(GoldenSystem.class.getResource("/savepoints/" + release).toURI()));
    }

    /** Writes what it is to keep of the release into the folder that is the argument, and that has the release's name. */
    public static void main(String[] args) throws Exception {
        GoldenSystem golden = new GoldenSystem(Path.of(args[0]));
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults());
                Loop loop = golden.loop(sandbox)) {
            sendWhatWasRead(loop);
            golden.keep(loop, TRAINING, golden.train(loop));
            golden.keep(loop, SCORING, golden.score(loop));
            golden.copy(loop, models(loop), Path.of("models"));
            Registries.save(loop.connections(), golden.registry());
        }
    }

    private Loop loop(Sandbox sandbox) {
        return new Loop(sandbox, "golden-" + folder.getFileName(), 1, 1);
    }

    private JobClient train(Loop loop) throws Exception {
        JobClient job = loop.submit(training(loop).withCheckpointInterval(LATER));
        loop.awaitRecords(loop.topics().rejected(), 1, Traffic.UNCOMMITTED);
        return job;
    }

    private JobClient score(Loop loop) throws Exception {
        JobClient job = loop.submit(scoring(loop).withCheckpointInterval(LATER));
        loop.awaitRecords(loop.topics().predictions(), SCORED, Traffic.UNCOMMITTED);
        loop.awaitRecords(loop.topics().rejected(), 2, Traffic.UNCOMMITTED);
        return job;
    }

    /** Stops a job, and writes its savepoint into the folder. */
    void keep(Loop loop, String name, JobClient job) throws Exception {
        copy(loop, loop.stopWithSavepoint(job), Path.of(name));
    }

    /** The options that hold for all of a model's life. */
    static TrainingOptions training(Loop loop) {
        return new TrainingOptions(loop.connections()).withNetwork("cnn").withGate(Gate.Policy.ALWAYS);
    }

    static ScoringOptions scoring(Loop loop) {
        return loop.scoring().withParallelism(1).withDeduplication(Duration.ofHours(1));
    }

    static List<LabeledImage> digits(int from, int to) {
        List<LabeledImage> digits = new ArrayList<>();
        Loop.samples().slice(from, to).forEach(digits::add);
        return digits;
    }

    /** So that offsets mean in another Kafka what they meant in the first. */
    private static void sendWhatWasRead(Loop loop) {
        loop.produceLabeled(digits(0, READ));
        loop.produce(loop.topics().training(), "a", NO_IMAGE);
        loop.produceUnlabeled(digits(0, SCORED), SOURCES);
        loop.produce(loop.topics().images(), "a", NO_IMAGE);
    }

    /** Puts everything where a new system looks for it. */
    Loop moveTo(Sandbox sandbox) throws Exception {
        Loop loop = loop(sandbox);
        sendWhatWasRead(loop);
        try (FileSystem hdfs = hdfs(loop)) {
            put(hdfs, Path.of("models"), models(loop));
            put(hdfs, Path.of(TRAINING), savepoint(loop, TRAINING));
            put(hdfs, Path.of(SCORING), savepoint(loop, SCORING));
        }
        Registries.restore(registry(), loop.connections());
        return loop;
    }

    /** Puts one job's savepoint where a new system has it, and returns its place there. */
    String moveSavepoint(Loop loop, String job) throws IOException {
        try (FileSystem hdfs = hdfs(loop)) {
            put(hdfs, Path.of(job), savepoint(loop, job));
        }
        return savepoint(loop, job);
    }

    static String trainingSavepoint(Loop loop) {
        return savepoint(loop, TRAINING);
    }

    static String scoringSavepoint(Loop loop) {
        return savepoint(loop, SCORING);
    }

    private static String savepoint(Loop loop, String job) {
        return "%s/savepoints/%s/golden-%s"
                .formatted(loop.connections().root(), loop.connections().model(), job);
    }

    private static String models(Loop loop) {
        return loop.connections().root() + "/models/" + loop.connections().model();
    }

    /** The servable of a version as it was published. */
    byte[] onnx(long version) throws IOException {
        return Files.readAllBytes(folder.resolve("models/%d/model.onnx".formatted(version)));
    }

    private Path registry() {
        return folder.resolve("registry.txt");
    }

    private void copy(Loop loop, String from, Path to) throws IOException {
        try (FileSystem hdfs = hdfs(loop)) {
            hdfs.copyToLocalFile(
                    false,
                    new org.apache.hadoop.fs.Path(from),
                    new org.apache.hadoop.fs.Path(folder.resolve(to).toUri()),
                    true);
        }
    }

    private void put(FileSystem hdfs, Path from, String to) throws IOException {
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(to);
        hdfs.mkdirs(target.getParent());
        hdfs.copyFromLocalFile(
                new org.apache.hadoop.fs.Path(folder.resolve(from).toUri()), target);
    }

    /** Of its own: closing one that is shared would close it under the servers in this JVM. */
    private static FileSystem hdfs(Loop loop) throws IOException {
        return FileSystem.newInstance(URI.create(loop.connections().root()), new Configuration());
    }
}
