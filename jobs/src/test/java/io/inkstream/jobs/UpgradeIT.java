package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.LabeledImage;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From one job jar to the next by Flink's command line, while records come in. */
@ExtendWith(SandboxExtension.class)
class UpgradeIT {
    private static final String NEXT_RELEASE = "99.1";
    private static final int LEARNED = 320;
    private static final int LABELED = 50;

    @TempDir
    Path folder;

    @Test
    void scoringGoesOnInTheNextReleaseWithMoreScorersAndBackInTheFirst(Sandbox sandbox) throws Exception {
        Digits digits = new Digits(1_000);
        try (Loop loop = new Loop(sandbox);
                Versions versions = new Versions(loop.connections(), digits)) {
            FlinkSession flink = new FlinkSession(sandbox.flinkClient(), loop.connections());
            Path next = JobJars.ofRelease(NEXT_RELEASE, folder);
            assertThat(score(flink, List.of(), JobJars.built(), 1)).isZero();
            versions.goLive(loop.registry(), 1);
            try (Traffic traffic = Traffic.start(loop, digits)) {
                traffic.awaitScored(1, Traffic.COMMITTED);

                String ofOne = flink.stop(scoringJob(flink, loop));
                assertThat(score(flink, List.of("-s", ofOne), next, 2)).isZero();
                assertThat(flink.rest("/jobs/" + scoringJob(flink, loop) + "/config"))
                        .contains(NEXT_RELEASE);
                traffic.awaitScored(1, Traffic.COMMITTED);
                versions.goLive(loop.registry(), 2);
                traffic.awaitScored(1, Traffic.COMMITTED);

                String ofTwo = flink.stop(scoringJob(flink, loop));
                assertThat(score(flink, List.of("-s", ofTwo, "-Dpipeline.max-parallelism=64"), next, 1))
                        .as("other key groups than those of the savepoint")
                        .isNotZero();
                assertThat(score(flink, List.of("-s", ofTwo), JobJars.built(), 1))
                        .isZero();
                traffic.awaitScored(1, Traffic.COMMITTED);
                traffic.endAndCheck(versions);
            } finally {
                loop.cancelJobsOfOthers();
            }
        }
    }

    private static int score(FlinkSession flink, List<String> flinkOptions, Path jar, int scorers) {
        return flink.run(
                flinkOptions, jar, "ScoringJob", "--checkpoint-interval", "300ms", "--parallelism", "" + scorers);
    }

    private static String scoringJob(FlinkSession flink, Loop loop) throws Exception {
        return flink.running(ScoringJob.name(loop.connections()));
    }

    @Test
    void trainingGoesOnInTheNextReleaseToTheSameParameters(Sandbox sandbox) throws Exception {
        String undisturbed;
        try (Loop loop = new Loop(sandbox)) {
            loop.produceLabeled(Loop.samples().slice(0, 6_400));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            undisturbed = loop.newestVersion().getTraining().getSha256();
        }
        try (Loop loop = new Loop(sandbox)) {
            FlinkSession flink = new FlinkSession(sandbox.flinkClient(), loop.connections());
            loop.produceLabeled(Loop.samples().slice(0, 333));
            assertThat(train(flink, List.of(), JobJars.built())).isZero();
            loop.awaitVersion(version -> true);
            loop.produceLabeled(Loop.samples().slice(333, 5_000));

            String savepoint = flink.stop(flink.running(TrainingJob.name(loop.connections())));
            loop.produceLabeled(Loop.samples().slice(5_000, 6_400));
            assertThat(train(flink, List.of("-s", savepoint), JobJars.ofRelease(NEXT_RELEASE, folder)))
                    .isZero();

            ModelVersion last =
                    loop.awaitVersion(version -> version.getLineage().getTotalSamplesTrained() == 6_400);
            assertThat(last.getTraining().getSha256()).isEqualTo(undisturbed);
            assertThat(loop.allVersions())
                    .extracting(ModelVersion::getLineage)
                    .extracting(Lineage::getJobId)
                    .contains(flink.running(TrainingJob.name(loop.connections())));
            Lineages.requireGapless(loop.allVersions());
            loop.cancelJobsOfOthers();
        }
    }

    private static int train(FlinkSession flink, List<String> flinkOptions, Path jar) {
        return flink.run(
                flinkOptions,
                jar,
                "TrainingJob",
                "--network",
                "mlp",
                "--holdout",
                "0",
                "--replay",
                "0",
                "--gate",
                "always",
                "--checkpoint-interval",
                "300ms");
    }

    @Test
    void feedbackGoesOnInTheNextReleaseWithWhatWaits(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox)) {
            LateLabels late = new LateLabels(sandbox, loop, 1);
            FlinkSession flink = new FlinkSession(sandbox.flinkClient(), loop.connections());
            loop.produceLabeled(Loop.samples().slice(0, LEARNED));
            loop.awaitFinished(loop.submit(loop.training().bounded()));
            loop.submit(loop.scoring().withParallelism(1));
            assertThat(feedback(flink, List.of(), JobJars.built(), 1)).isZero();
            List<LabeledImage> served = new ArrayList<>();
            Loop.samples().slice(LEARNED, LEARNED + 3 * LABELED).forEach(served::add);
            loop.produceUnlabeled(served, "meter");
            // Of the last images: when these have been joined, all others wait.
            loop.produceAll(labels(late, served.subList(2 * LABELED, 3 * LABELED)));
            late.awaitTraining(LEARNED + LABELED);

            String savepoint = flink.stop(flink.running(FeedbackJob.name(loop.connections())));
            loop.produceAll(labels(late, served.subList(0, LABELED)));
            assertThat(feedback(flink, List.of("-s", savepoint), JobJars.ofRelease(NEXT_RELEASE, folder), 2))
                    .isZero();
            loop.produceAll(labels(late, served.subList(LABELED, 2 * LABELED)));

            List<LabeledImage> training = late.awaitTraining(LEARNED + 3 * LABELED);
            assertThat(training.subList(LEARNED, training.size()))
                    .extracting(image -> image.getImage().getId())
                    .containsExactlyInAnyOrderElementsOf(served.stream()
                            .map(image -> image.getImage().getId())
                            .toList());
            late.awaitEvaluations(latest -> LateLabels.labels(latest) == 3 * LABELED);
            loop.cancelJobsOfOthers();
        }
    }

    private static int feedback(FlinkSession flink, List<String> flinkOptions, Path jar, int parallelism) {
        return flink.run(
                flinkOptions, jar, "FeedbackJob", "--checkpoint-interval", "300ms", "--parallelism", "" + parallelism);
    }

    private static List<ProducerRecord<byte[], byte[]>> labels(LateLabels late, List<LabeledImage> images) {
        return images.stream()
                .map(image -> late.label(image.getImage().getId(), image.getLabel(), "random-audit"))
                .toList();
    }
}
