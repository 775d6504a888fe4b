package io.inkstream.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.OffsetRange;
import io.inkstream.schemas.v1.TrainingBatch;
import java.util.Locale;
import java.util.Optional;

/** Tells clients how far a batch is: in a word, in a sentence, and in figures. */
final class BatchStatus {
    private BatchStatus() {}

    /** @param newest the newest version that is known */
    static JsonObject of(TrainingBatch batch, Optional<ModelVersion> newest) {
        JsonObject document = new JsonObject();
        document.addProperty("id", batch.getId());
        document.addProperty("state", state(batch));
        document.addProperty("status", sentence(batch));
        note(batch, newest).ifPresent(note -> document.addProperty("note", note));
        document.addProperty("path", batch.getPath());
        document.addProperty("source", batch.getSource());
        document.addProperty("images", batch.getImages());
        document.addProperty("produced", batch.getProduced());
        if (batch.getTrainedIn() == 0) {
            document.add("trained_in", JsonNull.INSTANCE);
        } else {
            document.addProperty("trained_in", batch.getTrainedIn());
        }
        document.addProperty("accepted", Timestamps.toString(batch.getAccepted()));
        document.addProperty("last_progress", Timestamps.toString(batch.getProgress()));
        JsonArray offsets = new JsonArray();
        for (OffsetRange range : batch.getOffsetsList()) {
            offsets.add(offsets(range, newest));
        }
        document.add("offsets", offsets);
        return document;
    }

    static String state(TrainingBatch batch) {
        return switch (batch.getState()) {
            case BATCH_PRODUCED -> "training";
            default -> batch.getState().name().substring("BATCH_".length()).toLowerCase(Locale.ROOT);
        };
    }

    private static String sentence(TrainingBatch batch) {
        return switch (batch.getState()) {
            case BATCH_PRODUCING -> "producing (%d of %d)".formatted(batch.getProduced(), batch.getImages());
            case BATCH_TRAINED ->
                "trained in version %d%s".formatted(batch.getTrainedIn(), batch.getOrEarlier() ? " or earlier" : "");
            case BATCH_STOPPED -> "stopped after %d of %d".formatted(batch.getProduced(), batch.getImages());
            case BATCH_FAILED ->
                "failed after %d of %d: %s".formatted(batch.getProduced(), batch.getImages(), batch.getError());
            default -> state(batch);
        };
    }

    /** Mini-batches are cut by count: the last images of a batch may wait for the next one's first. */
    private static Optional<String> note(TrainingBatch batch, Optional<ModelVersion> newest) {
        if (!state(batch).equals("training") || newest.isEmpty()) {
            return Optional.empty();
        }
        long left = batch.getOffsetsList().stream()
                .mapToLong(range -> range.getTo() - trainedTo(range, newest))
                .max()
                .orElse(0);
        int miniBatch = newest.get().getLineage().getRecipe().getBatchSize();
        return left > 0 && left < 2L * miniBatch
                ? Optional.of(("the last %d or fewer wait until a mini-batch of %d is full: they are trained with the"
                                + " images that come next")
                        .formatted(left, miniBatch))
                : Optional.empty();
    }

    private static JsonObject offsets(OffsetRange range, Optional<ModelVersion> newest) {
        JsonObject document = new JsonObject();
        document.addProperty("partition", range.getPartition());
        document.addProperty("from", range.getFrom());
        document.addProperty("to", range.getTo());
        document.addProperty("trained_to", trainedTo(range, newest));
        return document;
    }

    private static long trainedTo(OffsetRange range, Optional<ModelVersion> newest) {
        return newest.stream()
                .flatMap(version -> version.getLineage().getTotalOffsetsList().stream())
                .filter(trained ->
                        trained.getTopic().equals(range.getTopic()) && trained.getPartition() == range.getPartition())
                .mapToLong(OffsetRange::getTo)
                .map(to -> Math.max(range.getFrom(), Math.min(range.getTo(), to)))
                .findFirst()
                .orElse(range.getFrom());
    }
}
