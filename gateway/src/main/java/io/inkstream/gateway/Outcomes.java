package io.inkstream.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The latest images and what became of them: where requests wait for their predictions, and late ones find them.
 *
 * <p>The number of images is bounded; the oldest are forgotten. A rejection names an image by where it stands in Kafka only,
 * and may be heard of before the broker's answer tells where that is.
 */
final class Outcomes {

    /** Where a record stands in the topic of images. */
    record Place(int partition, long offset) {}

    private final Map<String, CompletableFuture<Outcome>> byId;
    private final Map<Place, String> ids;
    private final Map<Place, Outcome.Refused> unclaimed;

    Outcomes(int most) {
        byId = newest(most);
        ids = newest(most);
        unclaimed = newest(most);
    }

    private static <K, V> Map<K, V> newest(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** To be called before the image is sent. */
    synchronized CompletableFuture<Outcome> expect(String id) {
        return byId.computeIfAbsent(id, first -> new CompletableFuture<>());
    }

    /** The image stands there. */
    void sent(String id, Place place) {
        Outcome.Refused early;
        synchronized (this) {
            early = unclaimed.remove(place);
            if (early == null) {
                ids.put(place, id);
            }
        }
        if (early != null) {
            settle(id, early);
        }
    }

    /** Also of images that another gateway has sent, whose clients may ask here. */
    void settle(String id, Outcome outcome) {
        expect(id).complete(outcome);
    }

    void refused(Place place, Outcome.Refused refused) {
        String id;
        synchronized (this) {
            id = ids.remove(place);
            if (id == null) {
                unclaimed.put(place, refused);
            }
        }
        if (id != null) {
            settle(id, refused);
        }
    }

    /** Empty where the image is not known, or not any more. */
    synchronized Optional<CompletableFuture<Outcome>> of(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    synchronized long waiting() {
        return byId.values().stream().filter(outcome -> !outcome.isDone()).count();
    }
}
