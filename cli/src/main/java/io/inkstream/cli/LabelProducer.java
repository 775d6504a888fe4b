package io.inkstream.cli;

import com.google.protobuf.util.Timestamps;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.Label;
import java.util.Map;
import java.util.function.LongConsumer;

/** Sends labels to a topic when they are due, by the id of their image; for the rest see {@link RecordSender}. */
final class LabelProducer implements AutoCloseable {
    private final RecordSender sender;

    LabelProducer(KafkaAccess access) {
        sender = new RecordSender(access, Map.of(), "a label");
    }

    /**
     * Returns when Kafka has acknowledged all of them. A label that does not say when it was given is given when it is
     * sent.
     *
     * @param acknowledged hears now and then, from this thread, how many labels Kafka has acknowledged so far
     * @throws CliException if Kafka refuses a label or cannot be reached, or the schedule ends with one; what was sent
     *     before stays sent
     * @throws InterruptedException if the thread was interrupted; what was sent before stays sent
     */
    RecordSender.Sent send(LabelSchedule labels, String topic, LongConsumer acknowledged) throws InterruptedException {
        return sender.send(topic, acknowledged, sending -> {
            while (labels.hasNext()) {
                LabelSchedule.Due due = labels.next();
                sending.awaitTurn(due.nanos());
                sending.send(due.label().getImageId(), dated(due.label()).toByteArray());
            }
        });
    }

    private static Label dated(Label label) {
        return label.hasLabeled()
                ? label
                : label.toBuilder().setLabeled(Timestamps.now()).build();
    }

    @Override
    public void close() {
        sender.close();
    }
}
