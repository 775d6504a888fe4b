package io.inkstream.bench;

/**
 * What a load takes: machines for both jobs, and what Kafka, HDFS and ZooKeeper have to bear. Grows in proportion to the
 * images; what does not is what follows from scorers, versions and sources.
 *
 * @param images to score, a second
 * @param sources that they come from
 * @param labelled images to learn from, a second
 */
record Fleet(double images, double sources, double labelled, Plan plan, MeasuredCosts costs) {

    private static final double SECONDS_A_WEEK = 7 * 86_400;

    /** {@code ScorerPresence}: looks once a second whether its node is there, and reads it. */
    private static final int REQUESTS_OF_A_SCORER = 2;

    /** {@code RegistryWatch}: two watches, and live twice, candidate and the live version's metadata read once a second. */
    private static final int REQUESTS_OF_A_JOB = 6;

    private static final int WATCHES_OF_A_JOB = 2;

    /** For each version a scorer says that it has loaded it, and that it serves it. */
    private static final int WRITES_OF_A_SCORER = 2;

    /** A version is registered, proposed, moved live with its history, and the one before it retired. */
    private static final int WRITES_OF_A_VERSION = 4;

    /** {@code History.LIMIT}. */
    private static final int MOVES_KEPT = 1_000;

    /** {@code model.onnx}, {@code training.pb}, {@code probe.pb}, and the order of partitions. */
    private static final int FILES_OF_A_VERSION = 4;

    /**
     * What somebody has decided.
     *
     * @param busy share of a core that a scorer may be busy for, the rest is for bursts and for what follows a restart
     * @param slots of a TaskManager
     * @param taskManagerBytes its process
     * @param versionSeconds between versions
     * @param checkpointSeconds between the scoring job's checkpoints
     */
    record Plan(
            String network,
            double busy,
            int slots,
            long taskManagerBytes,
            double versionSeconds,
            double checkpointSeconds,
            int keep,
            int replay) {}

    double scoringCores() {
        return images * costs.scored() / 1_000;
    }

    long scorers() {
        return (long) Math.ceil(scoringCores() / plan.busy());
    }

    long taskManagers() {
        return (scorers() + plan.slots() - 1) / plan.slots();
    }

    double taskManagersBytes() {
        return (double) taskManagers() * plan.taskManagerBytes();
    }

    /** CPU-seconds a second, of threads that train: above 1, replicas or trainers. */
    double trainingThreads() {
        return labelled / costs.trained();
    }

    double imageBytesPerSecond() {
        return images * MessageBytes.image() + labelled * MessageBytes.labelled();
    }

    double predictionBytesPerSecond() {
        return images * MessageBytes.prediction();
    }

    double transactionsPerSecond() {
        return scorers() / plan.checkpointSeconds();
    }

    /** Brokers keep an id for a week unless {@code transactional.id.expiration.ms} says otherwise. */
    double transactionalIds() {
        return transactionsPerSecond() * SECONDS_A_WEEK;
    }

    /** All of it, each time: incremental checkpoints are off unless the cluster turns them on. */
    double checkpointBytes() {
        return sources * MessageBytes.source();
    }

    double checkpointBytesPerSecond() {
        return checkpointBytes() / plan.checkpointSeconds();
    }

    /** One of each scorer and the checkpoint's own; and those of versions. */
    double filesPerSecond() {
        return (scorers() + 1) / plan.checkpointSeconds() + FILES_OF_A_VERSION / plan.versionSeconds();
    }

    double versionBytes() {
        return MessageBytes.onnx(plan.network())
                + (double) MessageBytes.training(plan.network(), plan.replay())
                + MessageBytes.probe();
    }

    /** A version, and a checkpoint of training, which has in it what a version has. */
    double trainingBytesPerSecond() {
        return 2 * versionBytes() / plan.versionSeconds();
    }

    double keptBytes() {
        return plan.keep() * versionBytes();
    }

    /** Each host reads the model once. */
    double modelBytesReadPerSecond() {
        return taskManagers()
                * (double) (MessageBytes.onnx(plan.network()) + MessageBytes.probe())
                / plan.versionSeconds();
    }

    long znodes() {
        return scorers() + plan.keep() + MOVES_KEPT;
    }

    long watches() {
        return scorers() + WATCHES_OF_A_JOB;
    }

    double zookeeperReadsPerSecond() {
        return scorers() * (double) REQUESTS_OF_A_SCORER + REQUESTS_OF_A_JOB;
    }

    double zookeeperWritesPerSecond() {
        return (scorers() * (double) WRITES_OF_A_SCORER + WRITES_OF_A_VERSION) / plan.versionSeconds();
    }
}
