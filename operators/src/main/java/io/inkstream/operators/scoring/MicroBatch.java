package io.inkstream.operators.scoring;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.onnx.ImageBatch;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Images of any sources, in the order in which they came, that are scored in one run of the model. */
final class MicroBatch implements AutoCloseable {

    private final List<StreamRecord<ScoringRequest>> requests = new ArrayList<>();
    private final ImageBatch images;
    private final SourceHistories sources;
    private final ScorerMetrics metrics;
    private long begun;

    /** @param capacity the most images that it can hold */
    MicroBatch(int capacity, SourceHistories sources, ScorerMetrics metrics) {
        images = new ImageBatch(capacity);
        this.sources = sources;
        this.metrics = metrics;
    }

    void add(StreamRecord<ScoringRequest> request) {
        if (requests.isEmpty()) {
            begun = System.nanoTime();
        }
        images.add(request.getValue().getPixels());
        // Flink may use the record itself again.
        requests.add(request.copy(request.getValue()));
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    boolean isFull() {
        return images.isFull();
    }

    /** For how long its first image has waited. */
    long ageNanos() {
        return System.nanoTime() - begun;
    }

    /**
     * Scores what it holds, hands on the predictions and is empty.
     *
     * @param move of the live pointer behind the model
     */
    void score(LoadedModel model, long move, Output<StreamRecord<Prediction>> output) throws IOException {
        long start = System.nanoTime();
        model.scorer().score(images);
        metrics.batch(requests.size(), start - begun, System.nanoTime() - start);
        Timestamp now = Timestamps.now();
        for (int i = 0; i < requests.size(); i++) {
            StreamRecord<ScoringRequest> request = requests.get(i);
            metrics.image(request.getValue(), now);
            output.collect(request.replace(prediction(i, request.getValue(), model.number(), move, now)));
        }
        images.clear();
        requests.clear();
    }

    private Prediction prediction(int i, ScoringRequest request, long version, long move, Timestamp now)
            throws IOException {
        Prediction.Builder prediction = Prediction.newBuilder()
                .setId(request.getId())
                .setSource(request.getSource())
                .setModelVersion(version)
                .setScored(now);
        int best = 0;
        for (int digit = 0; digit < DigitNetwork.CLASSES; digit++) {
            float probability = images.probability(i, digit);
            prediction.addProbabilities(probability);
            best = probability > images.probability(i, best) ? digit : best;
        }
        if (request.hasCaptured()) {
            prediction.setCaptured(request.getCaptured());
        }
        if (request.hasReceived()) {
            prediction.setReceived(request.getReceived());
        }
        SourceHistory source = sources.of(request.getSource());
        source.add(move, best, images.probability(i, best));
        return prediction
                .setDigit(best)
                .setSequence(source.sequence())
                .setDigitCount(source.count(best))
                .setDigitConfidence(source.confidence(best))
                .build();
    }

    @Override
    public void close() {
        images.close();
    }
}
