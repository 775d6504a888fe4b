package io.inkstream.cli;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.jobs.KafkaAccess;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.Map;
import java.util.function.LongConsumer;

/** Sends data sets to a topic, each image once and in order; for the rest see {@link RecordSender}. */
final class ImageProducer implements AutoCloseable {
    private final RecordSender sender;

    /** @param more further settings of the Kafka producer, which come first; may be empty */
    ImageProducer(KafkaAccess access, Map<String, Object> more) {
        sender = new RecordSender(access, more, "an image");
    }

    /**
     * Sends the whole data set, {@link SendOptions#repeat} times, and returns when Kafka has acknowledged everything.
     *
     * @param acknowledged hears now and then, from this thread, how many images Kafka has acknowledged so far
     * @throws CliException if Kafka refuses an image or cannot be reached; what was sent before stays sent
     * @throws io.inkstream.datasets.DatasetException if the data set cannot be read
     * @throws InterruptedException if the thread was interrupted; what was sent before stays sent
     */
    RecordSender.Sent send(Dataset dataset, SendOptions options, LongConsumer acknowledged)
            throws InterruptedException {
        return sender.send(options.topic(), acknowledged, sending -> {
            for (int pass = 1; pass <= options.repeat(); pass++) {
                try (DatasetIterator images = dataset.iterator()) {
                    while (images.hasNext()) {
                        send(images.next(), pass, options, sending);
                    }
                }
            }
        });
    }

    private static void send(LabeledImage image, int pass, SendOptions options, RecordSender.Sending sending)
            throws InterruptedException {
        if (options.rate().isPresent()) {
            sending.awaitTurn((long) (sending.sent() / options.rate().getAsDouble() * 1e9));
        }
        String source = options.source(sending.sent());
        sending.send(source, options.value(image, source, pass));
    }

    @Override
    public void close() {
        sender.close();
    }
}
