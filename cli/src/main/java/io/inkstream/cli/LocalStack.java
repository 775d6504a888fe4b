package io.inkstream.cli;

import io.inkstream.gateway.Gateway;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.FeedbackJob;
import io.inkstream.jobs.FeedbackOptions;
import io.inkstream.jobs.PredictionFormat;
import io.inkstream.jobs.ScoringJob;
import io.inkstream.jobs.ScoringOptions;
import io.inkstream.jobs.Topics;
import io.inkstream.jobs.TrainingJob;
import io.inkstream.jobs.TrainingOptions;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.feedback.BrakeSettings;
import io.inkstream.operators.publishing.Gate;
import io.inkstream.operators.publishing.VersionSink;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.SandboxOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Kafka, ZooKeeper, HDFS and Flink in this process, with the jobs. */
final class LocalStack implements AutoCloseable {
    /** More often than on a cluster, so that one sees versions come. */
    static final Duration VERSION_EVERY = Duration.ofSeconds(2);

    /** Labels reach training and evaluations that much later. */
    static final Duration LABELS_EVERY = Duration.ofSeconds(1);

    static final int SCORERS = 2;

    private final LocalOptions options;
    private final Sandbox sandbox;
    private final Connections connections;
    private final ModelRegistry registry;
    private JobClient training;
    private Gateway gateway;

    private LocalStack(LocalOptions options, Sandbox sandbox) {
        this.options = options;
        this.sandbox = sandbox;
        this.connections =
                new Connections(options.model, sandbox.kafka(), sandbox.zookeeper(), sandbox.hdfs() + "/inkstream");
        this.registry = ModelRegistry.open(sandbox.zookeeper(), options.model);
    }

    /** Starts the servers and the jobs, and says so. */
    static LocalStack start(LocalOptions options, LocalJobs jobs, SandboxOptions servers, PrintStream out)
            throws Exception {
        options.requireKnownNames();
        out.print("Starting ZooKeeper, Kafka, HDFS and Flink in this process … ");
        out.flush();
        long start = System.nanoTime();
        Sandbox sandbox = Sandbox.start(servers);
        LocalStack stack = new LocalStack(options, sandbox);
        try {
            out.printf(Locale.ROOT, "%.1f s%n", (System.nanoTime() - start) / 1e9);
            createTopics(stack.connections, sandbox::createTopics, sandbox::createCompactedTopics);
            stack.startScoring(jobs.predictionFormat());
            stack.startTraining(new Configuration(), Gate.Policy.GATE);
            if (jobs.brake().isPresent()) {
                stack.startFeedback(jobs.brake().get());
            }
            out.printf("%s jobs run: %s%n", jobs.brake().isPresent() ? "All three" : "Both", sandbox.flink());
            stack.gateway = LocalGateway.start(stack.connections, options.gatewayPort);
            return stack;
        } catch (Exception e) {
            stack.close();
            throw e;
        }
    }

    interface TopicCreator {
        void create(int partitions, String... topics);
    }

    interface CompactedTopicCreator {
        void create(String... topics);
    }

    static void createTopics(Connections connections, TopicCreator creator, CompactedTopicCreator compacted) {
        Topics topics = connections.topics();
        // One partition to learn from: then the order of training is the order of sending, whatever the sources.
        creator.create(1, topics.training(), topics.rejected());
        creator.create(SCORERS, topics.images(), topics.predictions(), topics.labels());
        compacted.create(topics.evaluations());
    }

    private void startScoring(PredictionFormat format) throws Exception {
        ScoringJob.submit(
                new StreamExecutionEnvironment(sandbox.flinkClient()),
                new ScoringOptions(connections)
                        .withParallelism(SCORERS)
                        .withPredictionFormat(format)
                        // Goes with the servers, and is not taken for another sandbox's.
                        .withCache(sandbox.folder().resolve("cache").toString()));
    }

    private void startTraining(Configuration more, Gate.Policy gate) throws Exception {
        Configuration settings = sandbox.flinkClient();
        settings.addAll(more);
        TrainingOptions training = new TrainingOptions(connections)
                .with(options.recipe)
                .withCheckpointInterval(VERSION_EVERY)
                .withGate(gate);
        this.training = TrainingJob.submit(new StreamExecutionEnvironment(settings), training);
    }

    private void startFeedback(BrakeSettings.Mode brake) throws Exception {
        BrakeSettings settings = BrakeSettings.defaults();
        FeedbackJob.submit(
                new StreamExecutionEnvironment(sandbox.flinkClient()),
                new FeedbackOptions(connections)
                        .withParallelism(1)
                        .withCheckpointInterval(LABELS_EVERY)
                        .withBrake(new BrakeSettings(brake, settings.tolerance(), settings.labels())));
    }

    /**
     * Ends the training job after what it has read so far, the last mini-batch included, however short.
     *
     * @return the savepoint to go on from
     */
    String drainTraining() throws InterruptedException {
        String folder = VersionSink.savepoints(connections.root(), connections.model());
        try {
            String savepoint = training.stopWithSavepoint(true, folder, SavepointFormatType.CANONICAL)
                    .get();
            training.getJobExecutionResult().get();
            return savepoint;
        } catch (ExecutionException e) {
            throw new CliException("the training job did not end as it should: " + e.getCause(), e);
        }
    }

    void resumeTraining(String savepoint) throws Exception {
        resumeTraining(savepoint, Gate.Policy.GATE);
    }

    void resumeTraining(String savepoint, Gate.Policy gate) throws Exception {
        Configuration settings = new Configuration();
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        startTraining(settings, gate);
    }

    /** @throws CliException when the training job has given up */
    void requireTraining() throws InterruptedException {
        try {
            if (training.getJobStatus().get().isGloballyTerminalState()) {
                training.getJobExecutionResult().get();
                throw new CliException("the training job has ended early; see " + sandbox.flink());
            }
        } catch (ExecutionException e) {
            throw new CliException("the training job has failed: " + e.getCause(), e);
        }
    }

    Connections connections() {
        return connections;
    }

    ModelRegistry registry() {
        return registry;
    }

    /** Where everything is, and what to try. */
    void describe(PrintStream out) {
        new Directions(connections, gateway.url(), sandbox.webHdfs(), sandbox.flink(), options.folder).print(out);
    }

    @Override
    public void close() {
        if (gateway != null) {
            gateway.close();
        }
        registry.close();
        sandbox.close();
    }
}
