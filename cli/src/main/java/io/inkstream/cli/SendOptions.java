package io.inkstream.cli;

import io.inkstream.schemas.v1.Image;
import io.inkstream.schemas.v1.LabeledImage;
import java.util.OptionalDouble;

/**
 * How {@link ImageProducer} sends a data set.
 *
 * @param topic where to
 * @param labeled whether values are LabeledImage messages, else Image messages
 * @param source the key of the records and the source in the images
 * @param sources how many sources to spread the images over in turn: {@code source-0}, {@code source-1}, …; 1 for
 *     {@code source} itself
 * @param rate images a second; empty for as fast as Kafka takes them
 * @param repeat how often to send the whole data set; from the second time on, ids get {@code .2}, {@code .3}, …
 */
record SendOptions(String topic, boolean labeled, String source, int sources, OptionalDouble rate, int repeat) {
    SendOptions {
        if (sources < 1 || repeat < 1 || (rate.isPresent() && !(rate.getAsDouble() > 0))) {
            throw new IllegalArgumentException("sources, repeat and rate must be positive");
        }
    }

    /** Everything once, from one source, as fast as it goes. */
    static SendOptions of(String topic, boolean labeled, String source) {
        return new SendOptions(topic, labeled, source, 1, OptionalDouble.empty(), 1);
    }

    /** The source of the image at {@code index}, counted over all passes. */
    String source(long index) {
        return sources == 1 ? source : source + "-" + index % sources;
    }

    /** The record's value; {@code pass} counts from 1. */
    byte[] value(LabeledImage labeledImage, String imageSource, int pass) {
        Image.Builder image = labeledImage.getImage().toBuilder().setSource(imageSource);
        if (pass > 1) {
            image.setId(image.getId() + "." + pass);
        }
        return labeled
                ? labeledImage.toBuilder().setImage(image).build().toByteArray()
                : image.build().toByteArray();
    }
}
