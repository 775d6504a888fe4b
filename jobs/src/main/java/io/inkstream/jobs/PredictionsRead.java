package io.inkstream.jobs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.v1.IncomingRecord;
import io.inkstream.schemas.v1.Prediction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads predictions back, in either {@link PredictionFormat}. What is none is counted ({@code unreadable}) and passed over:
 * there is nothing for anybody to mend in it.
 */
final class PredictionsRead extends ProcessFunction<IncomingRecord, Prediction> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(PredictionsRead.class);

    private transient Counter unreadable;

    @Override
    public void open(OpenContext context) {
        unreadable = getRuntimeContext().getMetricGroup().counter("unreadable");
    }

    @Override
    public void processElement(IncomingRecord record, Context context, Collector<Prediction> out) {
        try {
            out.collect(read(record));
        } catch (InvalidProtocolBufferException e) {
            unreadable.inc();
            LOG.debug("{}-{} at {} is no prediction", record.getTopic(), record.getPartition(), record.getOffset(), e);
        }
    }

    private static Prediction read(IncomingRecord record) throws InvalidProtocolBufferException {
        if (record.getValue().size() > PredictionRecords.MAX_BYTES) {
            throw new InvalidProtocolBufferException("more bytes than any prediction has");
        }
        return PredictionFormat.read(record.getValue().toByteArray());
    }
}
