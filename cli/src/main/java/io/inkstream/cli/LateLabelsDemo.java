package io.inkstream.cli;

import com.google.protobuf.util.Timestamps;
import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetIterator;
import io.inkstream.jobs.Connections;
import io.inkstream.jobs.Topics;
import io.inkstream.models.accuracy.Judged;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import io.inkstream.operators.publishing.Gate;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The acts of the demo of late labels: learning; serving, while the truth comes late and is learned, too; a bad version
 * that is let through on purpose, and the brake; and the report, which counts from outside what the jobs have done.
 */
final class LateLabelsDemo {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** Longer than any restart takes here. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final double SERVED_PER_SECOND = 250;
    /** Slow enough to see which version reads what. */
    private static final double JUDGED_PER_SECOND = 100;

    private static final Delay LATE = new Delay.Between(Duration.ZERO, Duration.ofSeconds(4));
    private static final int MOST_WRONG = 1_000;
    /** Images at most that wait for the rest of their mini-batch. */
    private static final long UNFINISHED = 64;

    private final LocalStack stack;
    private final PrintStream out;
    private final Connections connections;
    private final Topics topics;
    private final ModelRegistry registry;
    private final TrainingWatch training;
    private String savepoint = "";

    LateLabelsDemo(LocalStack stack, PrintStream out) {
        this.stack = stack;
        this.out = out;
        this.connections = stack.connections();
        this.topics = connections.topics();
        this.registry = stack.registry();
        this.training = new TrainingWatch(registry, new PrintStream(OutputStream.nullOutputStream()));
    }

    /** How many digits, and where they are. */
    record Parts(Dataset learned, Dataset served, Dataset judged, Dataset wrong) {
        private static final int FEWEST = 1_000;
        /** Where a version takes three seconds to go live, there are labels enough for the brake to judge it by. */
        private static final int FEWEST_JUDGED = 900;

        /** @throws CliException where there are too few to see anything */
        static Parts of(DemoData.Split split) {
            long all = split.test().size();
            if (all < FEWEST || split.train().size() < FEWEST) {
                throw new CliException(
                        "--late-labels needs at least %,d digits to learn from and as many to serve, and has"
                                        .formatted(FEWEST)
                                + " %,d and %,d: give more (--train, --test, --hold-out)"
                                        .formatted(split.train().size(), all));
            }
            long served = all - Math.max(all * 3 / 10, FEWEST_JUDGED);
            return new Parts(
                    split.train(),
                    split.test().slice(0, served),
                    split.test().slice(served, all),
                    split.train().slice(0, Math.min(MOST_WRONG, split.train().size())));
        }
    }

    /**
     * All acts.
     *
     * @param start of the demo, by {@link System#nanoTime}
     */
    LateLabelsReport run(Parts parts, long start) throws Exception {
        savepoint = new Demo(stack, out).learn(parts.learned());
        stack.resumeTraining(savepoint);
        ServedTally served = serve(parts);
        savepoint = stack.drainTraining();
        awaitNoCandidate();
        long good = live();
        long bad = teachWrong(parts.wrong());
        ServedTally judged = judge(parts.judged(), good, bad);
        return report(parts, served, judged, good, bad, start);
    }

    /** That training can go on from. */
    String savepoint() {
        return savepoint;
    }

    private ServedTally serve(Parts parts) throws InterruptedException {
        Dataset images = parts.served();
        long learned = parts.learned().size();
        out.printf(Locale.ROOT, """

                Serving %,d other digits, %.0f a second; the label of each comes up to 4 s later, and is learned, too
                (a star for each 0.2 %% misread)
                """, images.size(), SERVED_PER_SECOND);
        try (LateServing serving = new LateServing(connections, images, SERVED_PER_SECOND, LATE)) {
            ServedTable.Rows rows = new ServedTable.Rows((int) Math.ceil(images.size() / 7.0), false, 500);
            ServedTable table = new ServedTable(out, serving.tally(), rows, new LabelsLearned(learned));
            await("all predictions", () -> {
                table.look();
                stack.requireTraining();
                return serving.isComplete();
            });
            table.end();
            awaitTrained(learned + images.size());
            return serving.tally();
        }
    }

    /** Says how many of the late labels are in a version. */
    private final class LabelsLearned implements ServedTable.Words {
        private final long before;

        LabelsLearned(long before) {
            this.before = before;
        }

        @Override
        public String head() {
            return "labels learned";
        }

        @Override
        public String now() {
            return String.format(Locale.ROOT, "%,d", Math.max(0, settled() - before));
        }

        @Override
        public String remark(long version) {
            return "";
        }
    }

    /** Returns the version that comes of it; none that jobs propose goes live meanwhile. */
    private long teachWrong(Dataset images) throws Exception {
        out.printf(Locale.ROOT, "%nTeaching it %,d wrong labels, each digit one too high … ", images.size());
        out.flush();
        stack.resumeTraining(savepoint, Gate.Policy.MANUAL);
        long before = settled();
        try (RecordSender sender = new RecordSender(connections.kafkaAccess(), Map.of(), "a labelled image")) {
            sender.send(topics.training(), acknowledged -> {}, sending -> sendWrong(images, sending));
        }
        awaitTrained(before + images.size());
        savepoint = stack.drainTraining();
        List<Long> versions = registry.versions();
        long bad = versions.get(versions.size() - 1);
        out.printf("version %d comes of them%n", bad);
        return bad;
    }

    private static void sendWrong(Dataset dataset, RecordSender.Sending sending) throws InterruptedException {
        try (DatasetIterator images = dataset.iterator()) {
            while (images.hasNext()) {
                LabeledImage image = images.next();
                LabeledImage.Builder wrong = image.toBuilder().setLabel((image.getLabel() + 1) % 10);
                wrong.getImageBuilder().setId(image.getImage().getId() + ".wrong");
                sending.send("wrong", wrong.build().toByteArray());
            }
        }
    }

    private ServedTally judge(Dataset images, long good, long bad) throws InterruptedException {
        out.printf(Locale.ROOT, """

                Serving %,d more, %.0f a second, by version %d; after a third of them %d is let through on purpose
                (a star for each 2 %% misread)
                """, images.size(), JUDGED_PER_SECOND, good, bad);
        try (LateServing serving = new LateServing(connections, images, JUDGED_PER_SECOND, LATE)) {
            ServedTally tally = serving.tally();
            ServedTable.Rows rows = new ServedTable.Rows(100, true, 50);
            ServedTable table = new ServedTable(out, tally, rows, new MovesOfLive(bad, tally));
            await("predictions", () -> {
                table.look();
                return tally.served() >= images.size() / 3;
            });
            promote(bad);
            await("the brake", () -> {
                table.look();
                return serving.isComplete() && live() == good;
            });
            table.end();
            return tally;
        }
    }

    /** Says who has made a version live. */
    private record MovesOfLive(long bad, ServedTally tally) implements ServedTable.Words {
        @Override
        public String head() {
            return "";
        }

        @Override
        public String now() {
            return "";
        }

        @Override
        public String remark(long version) {
            if (version == bad) {
                return "<- made live by hand";
            }
            return tally.of(bad).read() > 0 ? "<- the brake went back" : "";
        }
    }

    private void promote(long version) throws InterruptedException {
        Rollout rollout = new Rollout(registry);
        rollout.propose(version, "demo", "to see the brake", true);
        Settled settled = new RolloutWait(registry, rollout, sentence -> {}).untilSettled(version);
        if (settled.outcome() != Settled.Outcome.LIVE) {
            throw new CliException("version %d did not become live: %s".formatted(version, settled.reason()));
        }
    }

    private LateLabelsReport report(
            Parts parts, ServedTally served, ServedTally judged, long good, long bad, long start)
            throws InterruptedException {
        ServedTally.Count byTruth = sum(served.all(), judged.all());
        await("the evaluations", () -> byLabels().read() >= byTruth.read());
        List<Move> moves = registry.history();
        Move back = moves.get(moves.size() - 1);
        Move there = moves.get(moves.size() - 2);
        int edge = parts.judged().size() > 3_000 ? 1_000 : (int) (parts.judged().size() / 3);
        return new LateLabelsReport(
                parts.learned().size(),
                parts.served().size() + parts.judged().size(),
                served.others() + judged.others(),
                CommittedRecords.count(connections.kafkaAccess(), topics.training()),
                parts.wrong().size(),
                CommittedRecords.count(connections.kafkaAccess(), topics.rejected()),
                served.first(edge),
                judged.first(edge),
                good,
                bad,
                judged.of(bad),
                byLabels(),
                byTruth,
                live(),
                registry.version(bad).orElseThrow().getState() == VersionState.REJECTED,
                back.getWhy(),
                (Timestamps.toMillis(back.getAt()) - Timestamps.toMillis(there.getAt())) / 1e3,
                (System.nanoTime() - start) / 1e9);
    }

    private static ServedTally.Count sum(ServedTally.Count one, ServedTally.Count other) {
        return new ServedTally.Count(one.read() + other.read(), one.right() + other.right());
    }

    private ServedTally.Count byLabels() {
        return Evaluations.read(connections.kafkaAccess(), topics.evaluations()).values().stream()
                .map(evaluation -> Judged.of(evaluation.getTotal()))
                .map(judged -> new ServedTally.Count(judged.labels(), judged.correct()))
                .reduce(new ServedTally.Count(0, 0), LateLabelsDemo::sum);
    }

    private long live() {
        return registry.live().map(LivePointer::getVersion).orElse(0L);
    }

    /** Images of the topic training that are in a version, or held out for good. */
    private long settled() {
        training.look();
        return training.trained() + training.heldOut();
    }

    private void awaitTrained(long images) throws InterruptedException {
        await("a version that has learned them all", () -> {
            stack.requireTraining();
            return settled() > images - UNFINISHED;
        });
    }

    private void awaitNoCandidate() throws InterruptedException {
        await("the scorers", () -> registry.candidate().isEmpty());
    }

    /** What is waited for. */
    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private void await(String what, Condition condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new CliException("waited %d s for %s; the jobs' exceptions are on Flink's page"
                        .formatted(PATIENCE.toSeconds(), what));
            }
        }
    }
}
