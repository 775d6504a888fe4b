package io.inkstream.bench;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Floats;
import io.inkstream.models.network.MovingAverage;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.OnnxExporter;
import io.inkstream.models.onnx.OnnxScorer;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.schemas.v1.NetworkState;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Trains one network for one pass, and judges and times it and its ONNX artefact. */
final class Trial {
    private static final long WINDOW_NANOS = 200_000_000;
    private static final int SCORING_WINDOWS = 6;

    /**
     * What came of it.
     *
     * @param digits trained on so far
     * @param prequentialAccuracy over all of them, each judged before it was trained on
     * @param accuracy of the artefact on the held-out digits then
     * @param trained new images per CPU-second of the thread that trains, without those of other replicas
     * @param trainedOnTheWall new images per second
     * @param scoredSingly images per CPU-second in calls of one
     * @param scoredIn32 images per CPU-second in calls of 32
     */
    record Result(
            String network,
            int parameters,
            int batchSize,
            double learningRate,
            double averaging,
            int replay,
            int replayed,
            int replicas,
            long seed,
            int digits,
            double prequentialAccuracy,
            double accuracy,
            double trained,
            double trainedOnTheWall,
            double scoredSingly,
            double scoredIn32,
            int artefactBytes) {}

    private final Digits test;
    private final List<MovingAverage> averages = new ArrayList<>();
    private final List<TrainingRecipe> recipes;
    private final Windows training = Windows.ofCpuTime(WINDOW_NANOS);
    private final Windows trainingOnTheWall = Windows.ofTime(WINDOW_NANOS);
    private final List<Result> results = new ArrayList<>();
    private int correct;
    /** Measured once: the values of the weights do not matter. */
    private double singly = Double.NaN;

    private double in32 = Double.NaN;

    private Trial(List<TrainingRecipe> recipes, Digits test) {
        this.recipes = recipes;
        this.test = test;
    }

    /**
     * Trains once.
     *
     * @param recipes that differ in nothing but their averaging, on which training does not depend
     * @param points after how many digits to test, ascending, the last is all; mini-batches are not cut for it
     */
    static List<Result> run(List<TrainingRecipe> recipes, List<Integer> points, Digits train, Digits test)
            throws UnusableModelException {
        Trial trial = new Trial(recipes, test);
        try (DigitNetwork network = DigitNetwork.create(recipes.get(0))) {
            trial.averages(network);
            trial.train(network, train, points);
        }
        return trial.results;
    }

    /** The first recipe's is kept by the network itself. */
    private void averages(DigitNetwork network) {
        float[] initial = Floats.toFloats(network.state().getParameters());
        for (TrainingRecipe recipe : recipes.subList(1, recipes.size())) {
            averages.add(new MovingAverage(recipe.getAveraging(), initial));
        }
    }

    private void train(DigitNetwork network, Digits digits, List<Integer> points) throws UnusableModelException {
        int batch = network.recipe().getBatchSize();
        byte[] pixels = new byte[batch * Digits.PIXELS];
        byte[] labels = new byte[batch];
        Iterator<Integer> next = points.iterator();
        int point = next.next();
        for (int i = 0; i < digits.size(); i += batch) {
            int n = Math.min(batch, digits.size() - i);
            digits.copy(i, n, pixels, labels);
            correct += network.train(pixels, labels, n).correct();
            average(network);
            training.add(n);
            trainingOnTheWall.add(n);
            if (i + n >= point) {
                test(network, i + n);
                point = next.hasNext() ? next.next() : Integer.MAX_VALUE;
            }
        }
    }

    private void average(DigitNetwork network) {
        if (!averages.isEmpty()) {
            float[] parameters = Floats.toFloats(network.state().getParameters());
            averages.forEach(average -> average.add(parameters, network.iteration()));
        }
    }

    private void test(DigitNetwork network, int trained) throws UnusableModelException {
        NetworkState state = network.state();
        for (int i = 0; i < recipes.size(); i++) {
            byte[] onnx = OnnxExporter.export(
                    i == 0
                            ? state
                            : state.toBuilder()
                                    .setRecipe(recipes.get(i))
                                    .setAveraged(averages.get(i - 1).toBytes())
                                    .build(),
                    Map.of());
            try (OnnxScorer scorer = OnnxScorer.load(onnx)) {
                if (Double.isNaN(in32)) {
                    singly = BareScoring.loop(scorer, test, 1, SCORING_WINDOWS);
                    in32 = BareScoring.loop(scorer, test, Math.min(32, test.size()), SCORING_WINDOWS);
                }
                results.add(result(recipes.get(i), trained, scorer, onnx.length));
            }
        }
    }

    private Result result(TrainingRecipe recipe, int trained, OnnxScorer scorer, int bytes) {
        return new Result(
                recipe.getNetwork(),
                Networks.named(recipe.getNetwork()).parameters(),
                recipe.getBatchSize(),
                recipe.getLearningRate(),
                recipe.getAveraging(),
                recipe.getReplay(),
                recipe.getReplayed(),
                Math.max(1, recipe.getReplicas()),
                recipe.getSeed(),
                trained,
                correct / (double) trained,
                test.accuracy(scorer.score(test.pixels(), test.size())),
                training.median(),
                trainingOnTheWall.median(),
                singly,
                in32,
                bytes);
    }
}
