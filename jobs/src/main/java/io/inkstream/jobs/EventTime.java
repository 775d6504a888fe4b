package io.inkstream.jobs;

import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Gives each event its own time as its timestamp, which for a prediction is its image's and not that at which it was written.
 *
 * <p>A producer may set any time. One in the future would let all that waits expire, or would itself wait for ever: none
 * counts for later than now.
 */
final class EventTime extends AbstractStreamOperator<FeedbackEvent>
        implements OneInputStreamOperator<FeedbackEvent, FeedbackEvent> {

    private static final long serialVersionUID = 1L;

    /** A partition in which nothing comes for so long does not hold up time for the others. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    /**
     * How time goes on in a topic's partition.
     *
     * @param outOfOrder how much older than the newest before it a record may be
     */
    static WatermarkStrategy<IncomingRecord> watermarks(Duration outOfOrder) {
        return WatermarkStrategy.<IncomingRecord>forBoundedOutOfOrderness(outOfOrder)
                .withTimestampAssigner((record, timestamp) -> past(record.getTimestamp()))
                .withIdleness(IDLE);
    }

    @Override
    public void processElement(StreamRecord<FeedbackEvent> element) {
        FeedbackEvent event = element.getValue();
        output.collect(new StreamRecord<>(event, past(event.getTime())));
    }

    /** Records of old clients have no time, which Kafka shows as one before 1970. */
    private static long past(long time) {
        long now = System.currentTimeMillis();
        return time < 0 ? now : Math.min(time, now);
    }
}
