package io.inkstream.jobs;

import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.live.FirstModelGate;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.operators.live.RolloutSource;
import io.inkstream.operators.scoring.Scoring;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScoringRequest;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Reads digits with the live version.
 *
 * <pre>
 *   digits.images ─▶ (gate) ─▶ decode ─▶ keyBy(source) ─▶ scorer ─▶ digits.predictions
 *                                └─▶ digits.rejected        ▲
 *   ZooKeeper ◀─▶ rollout ─────────────────broadcast────────┘
 * </pre>
 *
 * <p>Until a first version is live, images wait in Kafka and checkpoints complete. A version that is to be live is loaded
 * and checked by every scorer first; then live moves, and each scorer swaps between two images.
 */
public final class ScoringJob {

    private ScoringJob() {}

    /** Submits the job to the cluster whose {@code flink run} called this. */
    public static void main(String[] args) throws Exception {
        FlinkRun.main(() -> {
            Optional<ScoringOptions> options = CommandLines.parse(new ScoringOptions(), args, ScoringOptions::validate);
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
    public static JobClient submit(StreamExecutionEnvironment env, ScoringOptions options) throws Exception {
        options.validate();
        SubmitChecks.scoring(env, options);
        define(env, options);
        return env.executeAsync(options.jobName());
    }

    public static String name(Connections connections) {
        return connections.model() + " scoring";
    }

    private static void define(StreamExecutionEnvironment env, ScoringOptions options) {
        Connections connections = options.connections();
        Checkpoints.configure(env, connections, Checkpoints.SCORING, options.checkpointInterval(), "rocksdb");
        options.parallelism().ifPresent(env::setParallelism);
        BufferTimeout.set(env, options.bufferTimeout());
        if (options.delivery().isTransactional()) {
            Checkpoints.limit(
                    env, CommitDeadline.longestCheckpoint(options.delivery().transactionTimeout()));
        }

        ModelSite site = options.site();
        DataStream<IncomingRecord> records = readOnceThereIsAModel(env, options);
        SingleOutputStreamOperator<ScoringRequest> requests = decode(records);
        DataStream<RolloutView> rollout = followRollout(env, site);
        DataStream<Prediction> predictions = score(requests, rollout, options);
        publish(predictions, options);
        putAside(requests, options);
    }

    private static DataStream<IncomingRecord> readOnceThereIsAModel(
            StreamExecutionEnvironment env, ScoringOptions options) {
        Connections connections = options.connections();
        KafkaSource<IncomingRecord> images = Kafka.source(
                        connections, connections.topics().images(), options.uniqueName())
                .build();
        return env.fromSource(
                        new FirstModelGate<>(images, ProtobufTypeInfo.forMessage(IncomingRecord.class), options.site()),
                        WatermarkStrategy.noWatermarks(),
                        "images")
                .uid(Uids.IMAGE_RECORDS);
    }

    private static SingleOutputStreamOperator<ScoringRequest> decode(DataStream<IncomingRecord> records) {
        return records.process(Decoding.requests(), ProtobufTypeInfo.forMessage(ScoringRequest.class))
                .name("decode")
                .uid(Uids.IMAGE_DECODER);
    }

    private static DataStream<RolloutView> followRollout(StreamExecutionEnvironment env, ModelSite site) {
        return env.fromSource(new RolloutSource(site), WatermarkStrategy.noWatermarks(), "rollout")
                .uid(Uids.LIVE_VERSION)
                .setParallelism(1)
                // A view every few seconds has nothing to wait for.
                .setBufferTimeout(0);
    }

    private static DataStream<Prediction> score(
            DataStream<ScoringRequest> requests, DataStream<RolloutView> rollout, ScoringOptions options) {
        return requests.keyBy(ScoringRequest::getSource, Types.STRING)
                .connect(rollout.broadcast())
                .transform(
                        "scorer",
                        ProtobufTypeInfo.forMessage(Prediction.class),
                        Scoring.scorer(options.site(), options.scorer()))
                .uid(Uids.SCORER);
    }

    private static void publish(DataStream<Prediction> predictions, ScoringOptions options) {
        Connections connections = options.connections();
        CommitDeadline.before(Uids.PREDICTIONS, predictions, options.delivery())
                .sinkTo(Kafka.sink(
                        connections,
                        options.delivery(),
                        options.uniqueName() + "-predictions",
                        new PredictionRecords(connections.topics().predictions(), options.predictionFormat())))
                .name("predictions")
                .uid(Uids.PREDICTIONS);
    }

    private static void putAside(SingleOutputStreamOperator<ScoringRequest> requests, ScoringOptions options) {
        CommitDeadline.before(Uids.SCORING_REJECTED, requests.getSideOutput(Decoding.REJECTED), options.delivery())
                .sinkTo(Kafka.rejectedSink(
                        options.connections(), options.delivery(), options.uniqueName() + "-rejected"))
                .name("rejected")
                .uid(Uids.SCORING_REJECTED);
    }
}
