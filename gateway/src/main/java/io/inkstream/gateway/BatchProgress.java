package io.inkstream.gateway;

import io.inkstream.schemas.v1.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * How much of a data set is in Kafka, and where: committed in one transaction with the images.
 *
 * @param images from the data set's first on
 * @param places for each partition the first offset, and the one after the last
 */
record BatchProgress(long images, Map<Integer, Place> places) {
    private static final Pattern PLACE = Pattern.compile("(\\d{1,9}):(\\d{1,18}):(\\d{1,18})");

    /** Part of one partition. */
    record Place(long from, long to) {
        Place and(Place other) {
            return new Place(Math.min(from, other.from), Math.max(to, other.to));
        }
    }

    static final BatchProgress NOTHING = new BatchProgress(0, Map.of());

    BatchProgress {
        places = Map.copyOf(places);
    }

    /** What a committed offset says; null where nothing is committed. */
    static BatchProgress of(OffsetAndMetadata committed) {
        if (committed == null) {
            return NOTHING;
        }
        Map<Integer, Place> places = new TreeMap<>();
        Matcher place = PLACE.matcher(committed.metadata());
        while (place.find()) {
            places.put(
                    Integer.valueOf(place.group(1)),
                    new Place(Long.parseLong(place.group(2)), Long.parseLong(place.group(3))));
        }
        return new BatchProgress(committed.offset(), places);
    }

    /** The number of images is the offset; the rest is the text beside it. */
    OffsetAndMetadata toCommit() {
        String text = new TreeMap<>(places)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue().from() + ":"
                                + entry.getValue().to())
                        .collect(Collectors.joining(","));
        return new OffsetAndMetadata(images, text);
    }

    BatchProgress and(List<RecordMetadata> more) {
        Map<Integer, Place> all = new TreeMap<>(places);
        for (RecordMetadata record : more) {
            all.merge(record.partition(), new Place(record.offset(), record.offset() + 1), Place::and);
        }
        return new BatchProgress(images + more.size(), all);
    }

    List<OffsetRange> offsets(String topic) {
        List<OffsetRange> ranges = new ArrayList<>();
        new TreeMap<>(places)
                .forEach((partition, place) -> ranges.add(OffsetRange.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition)
                        .setFrom(place.from())
                        .setTo(place.to())
                        .build()));
        return ranges;
    }
}
