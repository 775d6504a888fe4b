package io.inkstream.bench;

import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.network.Networks;
import io.inkstream.models.onnx.UnusableModelException;
import io.inkstream.schemas.v1.TrainingRecipe;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares the networks: accuracy after one pass over a stream, training and scoring speed, size. */
@Command(
        name = "networks",
        description =
                "Trains each network for one pass over a data set, one mini-batch after the other, and tests it on"
                        + " digits that it was not trained on. Speeds are in images per CPU-second of one thread;"
                        + " on the wall: per second, with all replicas.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class NetworksCommand implements Callable<Integer> {
    @Option(
            names = "--train",
            paramLabel = "DATASET",
            defaultValue = "${sys:inkstream.home:-.}/samples/digits",
            description = "What to train on.")
    private String train;

    @Option(names = "--test", paramLabel = "DATASET", description = "What to test on, instead of held-out digits.")
    private String test;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            description = "Without --test: test on the last N of --train, and train on those before them.")
    private int holdOut = 1000;

    @Option(
            names = "--shuffle",
            paramLabel = "SEED",
            description = "Train in an order drawn from SEED instead of that of the file.")
    private Long shuffle;

    @Option(
            names = "--skip",
            paramLabel = "N",
            description = "Leave out the first N of --train, for instance where --test has them.")
    private int skip;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = "stream: as they come; sorted: all 0s, then all 1s and so on, each as they come.")
    private Order order = Order.stream;

    @Option(names = "--networks", paramLabel = "NAME", split = ",", description = "Which networks. Default: all.")
    private List<String> networks = Networks.names();

    @Option(names = "--seeds", paramLabel = "SEED", split = ",", description = "Initial weights; one row for each.")
    private List<Long> seeds = List.of(1L);

    @Option(names = "--batch-size", paramLabel = "N", description = "Default: the network's own.")
    private Integer batchSize;

    @Option(names = "--learning-rate", paramLabel = "RATE", description = "Default: the network's own.")
    private Double learningRate;

    @Option(
            names = "--averaging",
            paramLabel = "DECAY",
            split = ",",
            description = "Default: the network's own; 0: none. With several, a network is trained once and averaged in"
                    + " each way; trained/s then includes that.")
    private List<Double> averaging;

    @Option(names = "--replay", paramLabel = "N", description = "Images kept to be trained on again; 0: none.")
    private Integer replay;

    @Option(
            names = "--replayed",
            paramLabel = "N",
            description = "Kept images in each mini-batch, beside the new ones.")
    private Integer replayed;

    @Option(names = "--replicas", paramLabel = "N", description = "Threads that share a mini-batch.")
    private Integer replicas;

    @Option(
            names = "--at",
            paramLabel = "N",
            split = ",",
            description = "Also test after so many digits, in ascending order; one row for each.")
    private List<Integer> at = List.of();

    @Mixin
    private JsonOption json;

    /** Named as on the command line. */
    enum Order {
        stream,
        sorted
    }

    @Override
    public Integer call() throws IOException, UnusableModelException {
        Dataset whole = Datasets.open(train).requireLabels();
        Dataset all = whole.slice(Math.min(skip, whole.size()), whole.size());
        long trained = test == null ? all.size() - holdOut : all.size();
        if (holdOut < 1 || trained < 1) {
            throw new IllegalArgumentException("--hold-out " + holdOut + " of " + all.size()
                    + " digits: at least one must" + " be left to train on and one to test on");
        }
        Dataset training = all.slice(0, trained);
        Digits inOrder = Digits.read(shuffle == null ? training : training.shuffled(shuffle));
        Digits trainOn = order == Order.sorted ? inOrder.sorted() : inOrder;
        Digits testOn = Digits.read(test == null ? all.slice(trained, all.size()) : Datasets.open(test));

        PrintStream out = System.out;
        out.printf("one pass over %,d digits, tested on %,d%n", trainOn.size(), testOn.size());
        out.println(
                "| network | parameters | batch | rate | averaging | replay | replayed | replicas | seed | digits | prequential | accuracy | trained/s | on the wall | scored/s by 1 |"
                        + " by 32 | bytes |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        List<Trial.Result> results = new ArrayList<>();
        List<Integer> points = points(trainOn.size());
        for (List<TrainingRecipe> recipes : recipes()) {
            for (Trial.Result result : Trial.run(recipes, points, trainOn, testOn)) {
                results.add(result);
                out.println(row(result));
            }
        }
        json.write(results);
        return 0;
    }

    private List<List<TrainingRecipe>> recipes() {
        List<List<TrainingRecipe>> recipes = new ArrayList<>();
        for (String network : networks) {
            for (long seed : seeds) {
                TrainingRecipe.Builder recipe =
                        Networks.recipe(network).toBuilder().setSeed(seed);
                if (batchSize != null) {
                    recipe.setBatchSize(batchSize);
                }
                if (learningRate != null) {
                    recipe.setLearningRate(learningRate);
                }
                if (replay != null) {
                    recipe.setReplay(replay);
                }
                if (replicas != null) {
                    recipe.setReplicas(replicas);
                }
                if (replayed != null) {
                    recipe.setReplayed(replayed);
                }
                recipes.add(averaged(recipe));
            }
        }
        return recipes;
    }

    /** One for each averaging. */
    private List<TrainingRecipe> averaged(TrainingRecipe.Builder recipe) {
        List<TrainingRecipe> recipes = new ArrayList<>();
        for (double decay : averaging == null ? List.of(recipe.getAveraging()) : averaging) {
            recipes.add(recipe.setAveraging(decay).build());
        }
        // Before anything is trained for minutes.
        recipes.forEach(Networks::of);
        return recipes;
    }

    /** After how many digits to test. */
    private List<Integer> points(int all) {
        int last = 0;
        for (int point : at) {
            if (point <= last || point >= all) {
                throw new IllegalArgumentException("--at " + point + ": choose numbers in ascending order, below the "
                        + all + " digits trained on");
            }
            last = point;
        }
        List<Integer> points = new ArrayList<>(at);
        points.add(all);
        return points;
    }

    private static String row(Trial.Result result) {
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %d | %s | %s | %,d | %d | %d | %d | %,d | %.4f | %.4f | %,.0f | %,.0f | %,.0f | %,.0f | %,d |",
                result.network(),
                result.parameters(),
                result.batchSize(),
                result.learningRate(),
                result.averaging(),
                result.replay(),
                result.replayed(),
                result.replicas(),
                result.seed(),
                result.digits(),
                result.prequentialAccuracy(),
                result.accuracy(),
                result.trained(),
                result.trainedOnTheWall(),
                result.scoredSingly(),
                result.scoredIn32(),
                result.artefactBytes());
    }
}
