package io.inkstream.jobs.chaos;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.store.ModelStore;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Each version's parameters, moments, average and replay are those that training has at that point where nothing ever
 * disturbs it: one network, in one thread, on the same images, without Flink.
 */
final class ParameterCheck {
    private final DigitNetwork network;
    private final Iterator<LabeledImage> images;
    private final byte[] pixels;
    private final byte[] labels;
    private long trained;

    private ParameterCheck(DigitNetwork network, Iterator<LabeledImage> images) {
        this.network = network;
        this.images = images;
        this.labels = new byte[network.recipe().getBatchSize()];
        this.pixels = new byte[labels.length * DigitNetwork.PIXELS];
    }

    /**
     * Looks for what is wrong.
     *
     * @param versions ascending, of one recipe without a holdout
     * @param images in the order of their offsets
     */
    static List<String> violations(List<ModelVersion> versions, List<LabeledImage> images) {
        if (versions.isEmpty()) {
            return List.of("there is no version");
        }
        TrainingRecipe recipe = versions.get(0).getLineage().getRecipe();
        try (DigitNetwork network = DigitNetwork.create(recipe)) {
            ParameterCheck check = new ParameterCheck(network, images.iterator());
            List<String> violations = new ArrayList<>();
            for (ModelVersion version : versions) {
                check.compare(version, violations);
            }
            return violations;
        }
    }

    private void compare(ModelVersion version, List<String> violations) {
        Lineage lineage = version.getLineage();
        while (trained < lineage.getTotalSamplesTrained() && images.hasNext()) {
            trainMiniBatch();
        }
        if (trained != lineage.getTotalSamplesTrained()) {
            violations.add("version %d was cut after %d samples, undisturbed training had %d"
                    .formatted(version.getVersion(), lineage.getTotalSamplesTrained(), trained));
        } else if (!ModelStore.describe(ModelStore.TRAINING, network.state().toByteArray())
                .equals(version.getTraining())) {
            violations.add("version %d, after %d samples: not the parameters of undisturbed training"
                    .formatted(version.getVersion(), trained));
        }
    }

    private void trainMiniBatch() {
        int n = 0;
        while (n < labels.length && images.hasNext()) {
            LabeledImage image = images.next();
            image.getImage().getPixels().copyTo(pixels, n * DigitNetwork.PIXELS);
            labels[n++] = (byte) image.getLabel();
        }
        network.train(pixels, labels, n);
        trained += n;
    }
}
