package io.inkstream.operators.decoding;

import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Rejected;
import io.inkstream.schemas.v1.Sample;
import io.inkstream.schemas.v1.ScoringRequest;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** The decoders of the jobs. What they cannot use goes to {@link #REJECTED}; the job goes on. */
public final class Decoding {

    public static final OutputTag<Rejected> REJECTED =
            new OutputTag<>("rejected", ProtobufTypeInfo.forMessage(Rejected.class));

    private Decoding() {}

    /**
     * Decodes labelled images. A rejected record leaves a sample without pixels in the stream, so that the trainer can
     * account for every offset.
     *
     * @param holdout the share of the images that is marked never to be trained on
     */
    public static ProcessFunction<IncomingRecord, Sample> samples(double holdout) {
        return new Samples(holdout);
    }

    /** What {@link #samples} makes of one record, for those who read a topic again. */
    public static Sample sample(IncomingRecord record, double holdout) {
        try {
            return RecordDecoder.sample(record, holdout);
        } catch (UnusableRecordException e) {
            return RecordDecoder.gap(record);
        }
    }

    /** Decodes images to score. */
    public static ProcessFunction<IncomingRecord, ScoringRequest> requests() {
        return new Records<>(RecordDecoder::request);
    }

    /** Decodes late labels. */
    public static ProcessFunction<IncomingRecord, FeedbackEvent> labels() {
        return new Records<>(LabelDecoder::event);
    }

    private interface Decoder<T> extends Serializable {
        T decode(IncomingRecord record) throws UnusableRecordException;
    }

    private static final class Samples extends ProcessFunction<IncomingRecord, Sample> {
        private static final long serialVersionUID = 1L;

        private final double holdout;
        private transient RejectionMetrics metrics;

        private Samples(double holdout) {
            this.holdout = holdout;
        }

        @Override
        public void open(OpenContext context) {
            metrics = new RejectionMetrics(getRuntimeContext().getMetricGroup());
        }

        @Override
        public void processElement(IncomingRecord record, Context context, Collector<Sample> out) {
            try {
                out.collect(RecordDecoder.sample(record, holdout));
            } catch (UnusableRecordException e) {
                metrics.rejected(e.reason());
                context.output(REJECTED, RecordDecoder.rejected(record, e));
                out.collect(RecordDecoder.gap(record));
            }
        }
    }

    private static final class Records<T> extends ProcessFunction<IncomingRecord, T> {
        private static final long serialVersionUID = 1L;

        private final Decoder<T> decoder;
        private transient RejectionMetrics metrics;

        private Records(Decoder<T> decoder) {
            this.decoder = decoder;
        }

        @Override
        public void open(OpenContext context) {
            metrics = new RejectionMetrics(getRuntimeContext().getMetricGroup());
        }

        @Override
        public void processElement(IncomingRecord record, Context context, Collector<T> out) {
            try {
                out.collect(decoder.decode(record));
            } catch (UnusableRecordException e) {
                metrics.rejected(e.reason());
                context.output(REJECTED, RecordDecoder.rejected(record, e));
            }
        }
    }
}
