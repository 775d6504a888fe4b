package io.inkstream.operators.feedback;

import com.google.protobuf.ByteString;
import io.inkstream.operators.decoding.Decoding;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.ServedDigit;
import io.inkstream.schemas.v1.WaitingImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** A label join in Flink's harness, its state in RocksDB. */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class JoinHarness extends KeyedOneInputStreamOperatorTestHarness<String, FeedbackEvent, LabeledImage> {
    static final int MAX_PARALLELISM = 8;
    static final Duration TTL = Duration.ofSeconds(1);

    JoinHarness() throws Exception {
        this(1, 0);
    }

    JoinHarness(int parallelism, int subtask) throws Exception {
        super(
                new KeyedProcessOperator<>(Feedback.join(TTL)),
                FeedbackEvent::getImageId,
                Types.STRING,
                MAX_PARALLELISM,
                parallelism,
                subtask);
        prepare();
    }

    JoinHarness(MockEnvironment environment) throws Exception {
        super(new KeyedProcessOperator<>(Feedback.join(TTL)), FeedbackEvent::getImageId, Types.STRING, environment);
        prepare();
    }

    private void prepare() {
        // Not incremental: nobody here puts such checkpoints together, as Flink's coordinator does.
        setStateBackend(new EmbeddedRocksDBStateBackend(false));
        config.setupNetworkInputs(new ProtobufSerializer<>(FeedbackEvent.class));
        config.serializeAllConfigs();
        setup(new ProtobufSerializer<>(LabeledImage.class));
    }

    static JoinHarness started() throws Exception {
        JoinHarness harness = new JoinHarness();
        harness.open();
        return harness;
    }

    /** Flink's own counts only what is on the heap. */
    @Override
    public int numKeyedStateEntries() {
        return Stream.of("picture", "joined").mapToInt(this::keysOf).sum();
    }

    @SuppressWarnings("unchecked") // the operator that the constructor has made
    private int keysOf(String state) {
        KeyedStateBackend<String> backend =
                ((KeyedProcessOperator<String, FeedbackEvent, LabeledImage>) operator).getKeyedStateBackend();
        try (Stream<String> keys = backend.getKeys(state, VoidNamespace.INSTANCE)) {
            return (int) keys.count();
        }
    }

    /** In Flink's own format, whatever the state backend. */
    OperatorSubtaskState savepoint() throws Exception {
        return snapshotWithLocalState(1, 0, SavepointType.savepoint(SavepointFormatType.CANONICAL))
                .getJobManagerOwnedState();
    }

    void send(FeedbackEvent event) throws Exception {
        processElement(event, event.getTime());
    }

    /** The labelled images since this was last asked for. */
    List<LabeledImage> trained() {
        List<LabeledImage> trained = extractOutputValues();
        getOutput().clear();
        return trained;
    }

    /** The digits of these. */
    List<Integer> trainedDigits() {
        return trained().stream().map(LabeledImage::getLabel).toList();
    }

    List<Outcome> outcomes() {
        return drain(Feedback.OUTCOMES);
    }

    List<Rejected> rejected() {
        return drain(Decoding.REJECTED);
    }

    private <T> List<T> drain(OutputTag<T> tag) {
        Queue<StreamRecord<T>> side = getSideOutput(tag);
        List<T> all = new ArrayList<>();
        while (side != null && !side.isEmpty()) {
            all.add(side.remove().getValue());
        }
        return all;
    }

    static FeedbackEvent image(String id, long time) {
        return FeedbackEvent.newBuilder()
                .setImageId(id)
                .setTime(time)
                .setImage(
                        WaitingImage.newBuilder().setSource("scanner-3").setPixels(ByteString.copyFrom(new byte[784])))
                .build();
    }

    static FeedbackEvent served(String id, long time, long version, int digit) {
        return FeedbackEvent.newBuilder()
                .setImageId(id)
                .setTime(time)
                .setServed(ServedDigit.newBuilder().setVersion(version).setDigit(digit))
                .build();
    }

    /** A label that was given when it was sent. */
    static FeedbackEvent label(String id, long time, int digit) {
        return label(id, time, label(digit, time, "correction"));
    }

    static FeedbackEvent label(String id, long time, LateLabel.Builder label) {
        return FeedbackEvent.newBuilder()
                .setImageId(id)
                .setTime(time)
                .setLabel(label)
                .build();
    }

    static LateLabel.Builder label(int digit, long labeled, String reason) {
        return LateLabel.newBuilder()
                .setDigit(digit)
                .setReason(reason)
                .setLabeled(labeled)
                .setTopic("digits.labels")
                .setPartition(1)
                .setOffset(40)
                .setValue(ByteString.copyFromUtf8("as it came"));
    }
}
