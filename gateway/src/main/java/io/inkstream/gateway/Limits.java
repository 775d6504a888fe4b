package io.inkstream.gateway;

import java.time.Duration;

/**
 * What the gateway takes at most; beyond each of these it answers 4xx, or 503.
 *
 * @param concurrent requests at once, besides event streams and probes
 * @param bodyBytes of a request, uploads of data sets excepted
 * @param images in one request to classify
 * @param imageBytes of one image, as it is sent
 * @param dataBytes of one data set, uploaded or in HDFS
 * @param unfinishedTrainings at once
 * @param eventStreams open at once
 * @param deadline how long a request waits for predictions before it is answered 202
 */
public record Limits(
        int concurrent,
        int bodyBytes,
        int images,
        int imageBytes,
        long dataBytes,
        int unfinishedTrainings,
        int eventStreams,
        Duration deadline) {

    /** What the job itself refuses unread, with room for the message around it. */
    private static final int LARGEST_IMAGE = (1 << 20) - 4_096;

    /** @throws IllegalArgumentException for what cannot be kept */
    public Limits {
        require(concurrent, 1, 10_000, "concurrent requests");
        require(bodyBytes, 1_024, 64 << 20, "bytes of a body");
        require(images, 1, 10_000, "images of a request");
        require(imageBytes, 1_024, LARGEST_IMAGE, "bytes of an image");
        require(dataBytes, 1_024, Long.MAX_VALUE, "bytes of a data set");
        require(unfinishedTrainings, 1, 1_000, "unfinished trainings");
        require(eventStreams, 1, 10_000, "event streams");
        require(deadline.toMillis(), 1, 60_000, "milliseconds to wait for a prediction");
    }

    /** For a service with 2 GB of heap or less. */
    public static Limits defaults() {
        return new Limits(256, 4 << 20, 1_000, LARGEST_IMAGE, 2L << 30, 100, 100, Duration.ofSeconds(5));
    }

    private static void require(long value, long least, long most, String what) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s: %d is not from %d to %d".formatted(what, value, least, most));
        }
    }

    /** These limits with another time to wait for predictions. */
    public Limits withDeadline(Duration other) {
        return new Limits(
                concurrent, bodyBytes, images, imageBytes, dataBytes, unfinishedTrainings, eventStreams, other);
    }

    /** These limits with other numbers of what is there at once. */
    public Limits withAtOnce(int requests, int trainings, int streams) {
        return new Limits(requests, bodyBytes, images, imageBytes, dataBytes, trainings, streams, deadline);
    }

    /** These limits with other sizes. */
    public Limits withSizes(int ofBody, int imagesOfRequest, int ofImage, long ofData) {
        return new Limits(
                concurrent, ofBody, imagesOfRequest, ofImage, ofData, unfinishedTrainings, eventStreams, deadline);
    }
}
