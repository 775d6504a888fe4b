package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HDFS is away for longer than Kafka keeps transactions that no checkpoint commits. */
@ExtendWith(SandboxExtension.class)
class CommitDeadlineIT {

    private static final int IMAGES = 20;

    @Test
    void predictionsThatKafkaHasAbortedAreWrittenOnceMore(Sandbox sandbox) throws Exception {
        try (Loop loop = new Loop(sandbox);
                Versions versions = new Versions(loop.connections(), new Digits(IMAGES))) {
            JobClient job = loop.submit(loop.scoring()
                    .withParallelism(1)
                    .withTransactionTimeout(Duration.ofSeconds(30))
                    .withCheckpointInterval(Duration.ofMillis(7_500)));
            versions.goLive(loop.registry(), 1);
            loop.produceUnlabeled(Loop.samples().slice(0, 1), "a");
            assertThat(loop.awaitPredictions(1)).hasSize(1);

            loop.produceUnlabeled(Loop.samples().slice(1, IMAGES), "a");
            await().atMost(Loop.PATIENCE).until(() -> hasOpenTransaction(loop));
            sandbox.stopHdfs();
            try {
                assertThat(loop.awaitPredictions(1))
                        .as("committed before HDFS was away")
                        .hasSize(1);
                await().atMost(Loop.PATIENCE).until(() -> !hasOpenTransaction(loop));
            } finally {
                sandbox.startHdfs();
            }

            List<Prediction> predictions = loop.awaitPredictions(IMAGES);
            assertThat(predictions)
                    .extracting(Prediction::getId)
                    .doesNotHaveDuplicates()
                    .hasSize(IMAGES);
            assertThat(loop.flink().hasFailed(job)).isTrue();
        }
    }

    private static boolean hasOpenTransaction(Loop loop) throws Exception {
        String prefix = loop.connections().model() + "-scoring-predictions";
        ListTransactionsOptions open = new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", loop.connections().kafka()))) {
            return admin.listTransactions(open).all().get().stream()
                    .anyMatch(transaction -> transaction.transactionalId().startsWith(prefix));
        }
    }
}
