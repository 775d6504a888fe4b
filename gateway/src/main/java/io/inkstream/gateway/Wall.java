package io.inkstream.gateway;

import com.google.gson.JsonObject;
import io.inkstream.schemas.v1.Prediction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Brings recent images together with what was read in them, for people who look on: a sample where there are many. Images and
 * predictions come from two topics, and either may be here first.
 */
final class Wall {
    private static final int IMAGES = 64;
    private static final int PREDICTIONS = 2_048;
    private static final long EVERY_NANOS = 100_000_000;

    private final LongSupplier nanoTime;
    private final Consumer<JsonObject> listener;
    private final Map<String, JsonObject> images = new Latest<>(IMAGES);
    private final Map<String, Prediction> predictions = new Latest<>(PREDICTIONS);
    private long toldAt;

    /** @param listener gets each pair, from the thread that brought its second half */
    Wall(LongSupplier nanoTime, Consumer<JsonObject> listener) {
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.toldAt = nanoTime.getAsLong() - EVERY_NANOS;
    }

    private static final class Latest<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1;

        private final int most;

        Latest(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > most;
        }
    }

    synchronized void seen(String id, JsonObject image) {
        Prediction prediction = predictions.remove(id);
        if (prediction == null) {
            images.put(id, image);
        } else {
            tell(prediction, image);
        }
    }

    synchronized void predicted(Prediction prediction) {
        JsonObject image = images.remove(prediction.getId());
        if (image == null) {
            predictions.put(prediction.getId(), prediction);
        } else {
            tell(prediction, image);
        }
    }

    private void tell(Prediction prediction, JsonObject image) {
        long now = nanoTime.getAsLong();
        if (now - toldAt >= EVERY_NANOS) {
            toldAt = now;
            JsonObject document = Events.describe(prediction);
            document.add("image", image);
            listener.accept(document);
        }
    }
}
