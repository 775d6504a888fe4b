package io.inkstream.jobs;

import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.publishing.VersionSink;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.operators.training.Training;
import io.inkstream.operators.training.TrainingPlan;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.TrainerUpdate;
import io.inkstream.schemas.v1.VersionDraft;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Learns from labelled images while they arrive.
 *
 * <pre>
 *   digits.training ─▶ decode ─▶ trainer ─▶ version cutter ─▶ version sink ─▶ HDFS, ZooKeeper
 *                        └─▶ digits.rejected
 * </pre>
 *
 * <p>One task reads, decodes and trains, so that samples reach the trainer in the order of their offsets; there may be
 * several of it, each with partitions of its own. Another one averages them, cuts and publishes versions, so that training
 * does not wait for HDFS.
 */
public final class TrainingJob {

    private TrainingJob() {}

    /** Submits the job to the cluster whose {@code flink run} called this. */
    public static void main(String[] args) throws Exception {
        FlinkRun.main(() -> {
            Optional<TrainingOptions> options =
                    CommandLines.parse(new TrainingOptions(), args, TrainingOptions::validate);
            if (options.isPresent()) {
                submit(FlinkRun.environment(), options.get());
            }
        });
    }

    /**
     * Submits the job to the cluster of an environment that is otherwise empty.
     *
     * @throws RefusedException for what it could not run with; nothing is submitted then
     */
    public static JobClient submit(StreamExecutionEnvironment env, TrainingOptions options) throws Exception {
        SubmitChecks.training(env, options);
        define(env, options);
        return env.executeAsync(name(options.connections()));
    }

    public static String name(Connections connections) {
        return connections.model() + " training";
    }

    private static void define(StreamExecutionEnvironment env, TrainingOptions options) {
        Connections connections = options.connections();
        TrainingPlan plan = TrainingPlans.of(options);
        Checkpoints.configure(env, connections, Checkpoints.TRAINING, options.checkpointInterval(), "hashmap");
        Checkpoints.limit(env, CommitDeadline.longestCheckpoint(Delivery.TRANSACTION_TIMEOUT));
        env.setParallelism(options.parallelism());

        DataStream<IncomingRecord> records = read(env, options, plan);
        SingleOutputStreamOperator<Sample> samples = decode(records, plan);
        DataStream<TrainerUpdate> updates = train(samples, plan);
        DataStream<VersionDraft> drafts = cutVersions(updates, plan);
        publish(drafts, options);
        putAside(samples, connections);
    }

    private static DataStream<IncomingRecord> read(
            StreamExecutionEnvironment env, TrainingOptions options, TrainingPlan plan) {
        Connections connections = options.connections();
        KafkaSourceBuilder<IncomingRecord> source = Kafka.source(
                        connections, connections.topics().training(), connections.trainingGroup())
                .setStartingOffsets(TrainingPlans.startingOffsets(plan));
        if (options.isBounded()) {
            source.setBounded(OffsetsInitializer.latest());
        }
        return env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "labelled images")
                .uid(Uids.TRAINING_RECORDS);
    }

    private static SingleOutputStreamOperator<Sample> decode(DataStream<IncomingRecord> records, TrainingPlan plan) {
        return records.process(Decoding.samples(plan.recipe().getHoldout()), ProtobufTypeInfo.forMessage(Sample.class))
                .name("decode")
                .uid(Uids.TRAINING_DECODER);
    }

    private static DataStream<TrainerUpdate> train(DataStream<Sample> samples, TrainingPlan plan) {
        return samples.transform("trainer", ProtobufTypeInfo.forMessage(TrainerUpdate.class), Training.trainer(plan))
                .uid(Uids.TRAINER);
    }

    private static DataStream<VersionDraft> cutVersions(DataStream<TrainerUpdate> updates, TrainingPlan plan) {
        return updates.transform(
                        "version cutter", ProtobufTypeInfo.forMessage(VersionDraft.class), Training.versionCutter(plan))
                .uid(Uids.VERSION_CUTTER)
                .setParallelism(1)
                .setMaxParallelism(1)
                .startNewChain();
    }

    private static void publish(DataStream<VersionDraft> drafts, TrainingOptions options) {
        Connections connections = options.connections();
        VersionSink sink = new VersionSink(connections.root(), connections.zookeeperAccess(), connections.model());
        drafts.sinkTo(sink.withKeep(options.keep()).withGate(options.gate()))
                .name("versions")
                .uid(Uids.VERSION_SINK)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    private static void putAside(SingleOutputStreamOperator<Sample> samples, Connections connections) {
        CommitDeadline.before(Uids.TRAINING_REJECTED, samples.getSideOutput(Decoding.REJECTED), Delivery.EXACTLY_ONCE)
                .sinkTo(Kafka.rejectedSink(
                        connections, Delivery.EXACTLY_ONCE, connections.trainingGroup() + "-rejected"))
                .name("rejected")
                .uid(Uids.TRAINING_REJECTED);
    }
}
