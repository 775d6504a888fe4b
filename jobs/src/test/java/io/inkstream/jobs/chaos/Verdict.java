package io.inkstream.jobs.chaos;

import static org.awaitility.Awaitility.await;

import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/** Everything that is wrong with what a run has left behind, found by reading it. */
final class Verdict {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<TransactionState> ENDING =
            Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);
    /** A broken history breaks the same promise over and over. */
    private static final int SHOWN = 10;

    private final Evidence evidence;
    private final Map<String, List<String>> violations = new TreeMap<>();

    private Verdict(Evidence evidence) {
        this.evidence = evidence;
    }

    /**
     * Reads all of it, once the jobs have been stopped.
     *
     * @return by check; empty where nothing is wrong
     */
    static Map<String, List<String>> of(
            Evidence evidence, Trial.Sent sent, Images images, List<String> logs, List<Recovery> recoveries)
            throws Exception {
        Verdict verdict = new Verdict(evidence);
        verdict.judgePredictions(sent, images);
        verdict.judgeTraining(sent);
        verdict.judgeTheRest(logs, recoveries);
        return verdict.violations;
    }

    private void judgePredictions(Trial.Sent sent, Images images) throws Exception {
        List<Prediction> predictions = evidence.predictions();
        List<Move> history = evidence.history();
        add("predictions", PredictionCheck.violations(sent.images(), predictions, evidence.versions(), history));
        add("scores", ScoreCheck.violations(predictions, images::pixels, evidence::onnx));
    }

    private void judgeTraining(Trial.Sent sent) throws Exception {
        List<ModelVersion> versions = evidence.versions();
        add("lineage", LineageCheck.violations(versions, sent.labels()));
        add("parameters", ParameterCheck.violations(versions, evidence.labeledImages()));
        add("registry", RegistryCheck.violations(versions, evidence.live(), evidence.history()));
        add("files", StoreCheck.violations(versions, evidence.files(), evidence.folders()));
    }

    private void judgeTheRest(List<String> logs, List<Recovery> recoveries) throws Exception {
        add("log", LogCheck.violations(logs.stream(), recoveries));
        add("transactions", TransactionCheck.violations(ended()));
        int rejected = evidence.rejected();
        add("rejected", rejected == 0 ? List.of() : List.of(rejected + " records were put aside, and all were sound"));
    }

    /** A commit is acknowledged before its markers are written. */
    private Collection<TransactionListing> ended() {
        return await().atMost(PATIENCE)
                .until(evidence::transactions, all -> all.stream().noneMatch(one -> ENDING.contains(one.state())));
    }

    private void add(String check, List<String> found) {
        if (!found.isEmpty()) {
            List<String> shown = new ArrayList<>(found.subList(0, Math.min(SHOWN, found.size())));
            if (found.size() > SHOWN) {
                shown.add("and %d more".formatted(found.size() - SHOWN));
            }
            violations.put(check, shown);
        }
    }
}
