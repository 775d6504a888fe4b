package io.inkstream.jobs;

/**
 * The Kafka topics of one model; all derive from its name.
 *
 * @param training labelled images, to learn from
 * @param images images to score
 * @param predictions what was read in them
 * @param labels the truth about images that were scored
 * @param evaluations how well each version reads, by the labels
 * @param rejected records of any topic that could not be used
 */
public record Topics(
        String training, String images, String predictions, String labels, String evaluations, String rejected) {

    public static Topics of(String model) {
        return new Topics(
                model + ".training",
                model + ".images",
                model + ".predictions",
                model + ".labels",
                model + ".evaluations",
                model + ".rejected");
    }
}
