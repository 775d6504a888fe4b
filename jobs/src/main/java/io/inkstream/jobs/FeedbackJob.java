package io.inkstream.jobs;

import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.feedback.Feedback;
import io.inkstream.operators.feedback.LiveAccuracies;
import io.inkstream.operators.live.RolloutSource;
import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.BrakePull;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RolloutView;
import io.inkstream.schemas.v1.ScoringRequest;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Joins late labels with their images, to learn from, and with what was read in them, to tell how well each version reads.
 *
 * <pre>
 *   digits.images ───────▶ decode ─┐
 *   digits.predictions ──▶ read ───┼─▶ keyBy(image) ─▶ label join ─┬─▶ digits.training
 *   digits.labels ───────▶ decode ─┘                               └─▶ keyBy(version) ─▶ live accuracy ─┬─▶ digits.evaluations
 *                            └────────▶ digits.rejected ◀───────────┘                                    ├─▶ ZooKeeper
 *                                                        ZooKeeper ◀─▶ rollout ────▶ brake ◀─────────────┘
 * </pre>
 *
 * <p>Images that cannot be decoded are put aside by the scoring job, and not once more here.
 */
public final class FeedbackJob {

    private static final TypeInformation<FeedbackEvent> EVENT = ProtobufTypeInfo.forMessage(FeedbackEvent.class);

    private FeedbackJob() {}

    /** Submits the job to the cluster whose {@code flink run} called this. */
    public static void main(String[] args) throws Exception {
        FlinkRun.main(() -> {
            Optional<FeedbackOptions> options =
                    CommandLines.parse(new FeedbackOptions(), args, FeedbackOptions::validate);
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
    public static JobClient submit(StreamExecutionEnvironment env, FeedbackOptions options) throws Exception {
        options.validate();
        SubmitChecks.feedback(env, options);
        define(env, options);
        return env.executeAsync(name(options.connections()));
    }

    public static String name(Connections connections) {
        return connections.model() + " feedback";
    }

    private static void define(StreamExecutionEnvironment env, FeedbackOptions options) {
        Connections connections = options.connections();
        Checkpoints.configure(env, connections, Checkpoints.FEEDBACK, options.checkpointInterval(), "rocksdb");
        Checkpoints.configureForWaiting(env);
        Checkpoints.limit(
                env, CommitDeadline.longestCheckpoint(options.delivery().transactionTimeout()));
        options.parallelism().ifPresent(env::setParallelism);

        SingleOutputStreamOperator<FeedbackEvent> labels = labels(env, options);
        SingleOutputStreamOperator<LabeledImage> matches =
                join(images(env, options), predictions(env, options), labels, options);
        DataStream<LiveEvaluation> evaluations = evaluate(matches.getSideOutput(Feedback.OUTCOMES), options);
        teach(matches, options);
        publish(evaluations, options);
        brake(evaluations, followRollout(env, options), options);
        putAside(labels.getSideOutput(Decoding.REJECTED), matches.getSideOutput(Decoding.REJECTED), options);
    }

    private static DataStream<FeedbackEvent> images(StreamExecutionEnvironment env, FeedbackOptions options) {
        return read(env, options, options.connections().topics().images(), Uids.FEEDBACK_IMAGE_RECORDS)
                .process(Decoding.requests(), ProtobufTypeInfo.forMessage(ScoringRequest.class))
                .name("decode images")
                .uid(Uids.FEEDBACK_IMAGE_DECODER)
                .map(Feedback.images(), EVENT)
                .name("images to events")
                .uid(Uids.FEEDBACK_IMAGES);
    }

    private static DataStream<FeedbackEvent> predictions(StreamExecutionEnvironment env, FeedbackOptions options) {
        return read(env, options, options.connections().topics().predictions(), Uids.FEEDBACK_PREDICTION_RECORDS)
                .process(new PredictionsRead(), ProtobufTypeInfo.forMessage(Prediction.class))
                .name("read predictions")
                .uid(Uids.FEEDBACK_PREDICTION_READER)
                .process(Feedback.served(), EVENT)
                .name("predictions to events")
                .uid(Uids.FEEDBACK_PREDICTIONS);
    }

    private static SingleOutputStreamOperator<FeedbackEvent> labels(
            StreamExecutionEnvironment env, FeedbackOptions options) {
        return read(env, options, options.connections().topics().labels(), Uids.FEEDBACK_LABEL_RECORDS)
                .process(Feedback.labels(), EVENT)
                .name("decode labels")
                .uid(Uids.FEEDBACK_LABEL_DECODER);
    }

    private static DataStream<IncomingRecord> read(
            StreamExecutionEnvironment env, FeedbackOptions options, String topic, String uid) {
        Connections connections = options.connections();
        return env.fromSource(
                        Kafka.source(connections, topic, connections.feedbackGroup())
                                // Three sources of a name would be one to whoever looks at the brokers' metrics.
                                .setClientIdPrefix(connections.feedbackGroup() + "-" + topic)
                                .build(),
                        EventTime.watermarks(options.outOfOrder()),
                        topic)
                .uid(uid);
    }

    private static SingleOutputStreamOperator<LabeledImage> join(
            DataStream<FeedbackEvent> images,
            DataStream<FeedbackEvent> predictions,
            DataStream<FeedbackEvent> labels,
            FeedbackOptions options) {
        return timed(images, Uids.FEEDBACK_IMAGE_RECORDS)
                .union(timed(predictions, Uids.FEEDBACK_PREDICTION_RECORDS), timed(labels, Uids.FEEDBACK_LABEL_RECORDS))
                .keyBy(FeedbackEvent::getImageId, Types.STRING)
                .process(Feedback.join(options.labelTtl()), ProtobufTypeInfo.forMessage(LabeledImage.class))
                .name("label join")
                .uid(Uids.LABEL_JOIN);
    }

    private static DataStream<FeedbackEvent> timed(DataStream<FeedbackEvent> events, String uid) {
        return events.transform("event time", EVENT, new EventTime()).uid(Uids.time(uid));
    }

    private static void teach(DataStream<LabeledImage> matches, FeedbackOptions options) {
        Connections connections = options.connections();
        CommitDeadline.before(Uids.FEEDBACK_TRAINING, matches, options.delivery())
                .sinkTo(Kafka.sink(
                        connections,
                        options.delivery(),
                        connections.feedbackGroup() + "-training",
                        new TrainingRecords(connections.topics().training())))
                .name("training")
                .uid(Uids.FEEDBACK_TRAINING);
    }

    private static DataStream<LiveEvaluation> evaluate(DataStream<Outcome> outcomes, FeedbackOptions options) {
        return outcomes.keyBy(Outcome::getVersion, Types.LONG)
                .process(
                        LiveAccuracies.accuracy(options.connections().model(), options.versionMemory()),
                        ProtobufTypeInfo.forMessage(LiveEvaluation.class))
                .name("live accuracy")
                .uid(Uids.LIVE_ACCURACY);
    }

    private static void publish(DataStream<LiveEvaluation> evaluations, FeedbackOptions options) {
        Connections connections = options.connections();
        CommitDeadline.before(Uids.EVALUATIONS, evaluations, options.delivery())
                .sinkTo(Kafka.sink(
                        connections,
                        options.delivery(),
                        connections.feedbackGroup() + "-evaluations",
                        new EvaluationRecords(connections.topics().evaluations())))
                .name("evaluations")
                .uid(Uids.EVALUATIONS);
        evaluations
                .sinkTo(LiveAccuracies.registrySink(connections.zookeeperAccess(), connections.model()))
                .name("evaluations to registry")
                .uid(Uids.EVALUATIONS_IN_REGISTRY)
                .setParallelism(1);
    }

    private static DataStream<RolloutView> followRollout(StreamExecutionEnvironment env, FeedbackOptions options) {
        return env.fromSource(new RolloutSource(options.site()), WatermarkStrategy.noWatermarks(), "rollout")
                .uid(Uids.FEEDBACK_LIVE_VERSION)
                .setParallelism(1);
    }

    private static void brake(
            DataStream<LiveEvaluation> evaluations, DataStream<RolloutView> rollout, FeedbackOptions options) {
        evaluations
                .connect(rollout)
                .transform(
                        "brake",
                        ProtobufTypeInfo.forMessage(BrakePull.class),
                        LiveAccuracies.brake(options.site(), options.brake()))
                .uid(Uids.BRAKE)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    private static void putAside(
            DataStream<Rejected> undecoded, DataStream<Rejected> unmatched, FeedbackOptions options) {
        Connections connections = options.connections();
        CommitDeadline.before(Uids.FEEDBACK_REJECTED, undecoded.union(unmatched), options.delivery())
                .sinkTo(Kafka.rejectedSink(connections, options.delivery(), connections.feedbackGroup() + "-rejected"))
                .name("rejected")
                .uid(Uids.FEEDBACK_REJECTED);
    }
}
