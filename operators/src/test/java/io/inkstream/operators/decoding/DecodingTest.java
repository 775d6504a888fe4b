package io.inkstream.operators.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.inkstream.operators.serialization.ProtobufSerializer;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.RejectionReason;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.ScoringRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
class DecodingTest {
    private static final Image IMAGE = Image.newBuilder()
            .setWidth(28)
            .setHeight(28)
            .setEncoding(Encoding.GRAY8)
            .setPixels(Pictures.ramp())
            .build();

    @Test
    void aRejectedSampleLeavesAGapAndIsPutAside() throws Exception {
        try (var decoder = harness(Decoding.samples(0))) {
            decoder.processElement(
                    record(
                            0,
                            LabeledImage.newBuilder()
                                    .setImage(IMAGE)
                                    .setLabel(4)
                                    .build()
                                    .toByteString()),
                    0);
            decoder.processElement(record(1, ByteString.copyFromUtf8("?")), 0);

            assertThat(decoder.extractOutputValues())
                    .extracting(Sample::getOffset)
                    .containsExactly(0L, 1L);
            assertThat(decoder.extractOutputValues())
                    .extracting(sample -> sample.getPixels().isEmpty())
                    .containsExactly(false, true);
            Rejected rejected =
                    decoder.getSideOutput(Decoding.REJECTED).remove().getValue();
            assertThat(rejected.getOffset()).isEqualTo(1);
            assertThat(rejected.getReason()).isEqualTo(RejectionReason.MALFORMED);
        }
    }

    @Test
    void aRejectedImageIsPutAsideAndLeavesNothing() throws Exception {
        try (var decoder = harness(Decoding.requests())) {
            decoder.processElement(record(0, ByteString.copyFromUtf8("?")), 0);
            decoder.processElement(record(1, IMAGE.toByteString()), 0);

            assertThat(decoder.extractOutputValues())
                    .extracting(ScoringRequest::getId)
                    .containsExactly("digits-0-1");
            assertThat(decoder.getSideOutput(Decoding.REJECTED)).hasSize(1);
        }
    }

    @Test
    void whatIsPutAsideIsCountedByItsReason() throws Exception {
        for (ProcessFunction<IncomingRecord, ?> function : List.of(Decoding.requests(), Decoding.samples(0))) {
            Map<String, Counter> rejected = new HashMap<>();
            try (var decoder = new OneInputStreamOperatorTestHarness<>(
                    new ProcessOperator<>(function),
                    new ProtobufSerializer<>(IncomingRecord.class),
                    environment(rejected))) {
                decoder.open();
                decoder.processElement(record(0, ByteString.copyFromUtf8("?")), 0);
                decoder.processElement(record(1, ByteString.copyFromUtf8("?")), 0);
                decoder.processElement(record(2, ByteString.EMPTY), 0);
                decoder.processElement(record(3, IMAGE.toByteString()), 0);

                assertThat(rejected.get("MALFORMED").getCount()).isEqualTo(2);
                assertThat(rejected.get("EMPTY_VALUE").getCount()).isEqualTo(1);
                assertThat(rejected.get("BLANK_IMAGE").getCount()).isZero();
            }
        }
    }

    /** Its metrics named {@code rejected} are found by their reason. */
    private static MockEnvironment environment(Map<String, Counter> rejected) {
        MetricRegistry registry = TestingMetricRegistry.builder()
                .setRegisterConsumer((metric, name, group) -> {
                    if (name.equals("rejected")) {
                        rejected.put(group.getAllVariables().get("<reason>"), (Counter) metric);
                    }
                })
                .build();
        return new MockEnvironmentBuilder()
                .setMetricGroup(TaskManagerMetricGroup.createTaskManagerMetricGroup(
                                registry, "localhost", ResourceID.generate())
                        .addJob(new JobID(), "a job")
                        .addTask(ExecutionAttemptID.randomId(), "a task"))
                .build();
    }

    private static <T> OneInputStreamOperatorTestHarness<IncomingRecord, T> harness(
            ProcessFunction<IncomingRecord, T> decoder) throws Exception {
        var harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(decoder), new ProtobufSerializer<>(IncomingRecord.class));
        harness.open();
        return harness;
    }

    private static IncomingRecord record(long offset, ByteString value) {
        return IncomingRecord.newBuilder()
                .setTopic("digits")
                .setOffset(offset)
                .setValue(value)
                .build();
    }
}
