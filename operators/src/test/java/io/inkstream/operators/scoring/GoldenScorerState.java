package io.inkstream.operators.scoring;

import io.inkstream.operators.TestModels;
import io.inkstream.operators.TestSamples;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.ScoringRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/**
 * Made {@code golden/scorer-checkpoint-2.bin}: the whole checkpoint of a scorer that remembers digits and ids. Later releases
 * restore it; it is not made again. Checkpoint 1 was made by this class as it was before sources had more than a sequence.
 */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class GoldenScorerState {
    static final String MODEL = "digits";
    static final long VERSION = 2;
    static final long MOVE = 5;
    static final ScorerSettings REMEMBERING = new ScorerSettings(1, Duration.ZERO, Duration.ofHours(1));

    private GoldenScorerState() {}

    /** Writes the file into the folder that is the argument. */
    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory("golden");
        String root = work.toUri().toString();
        TestModels.writeFiles(root, MODEL, VERSION);
        ModelSite site =
                new ModelSite(root, "localhost:1", MODEL, work.resolve("cache").toString());
        try (ScorerHarness scorer = new ScorerHarness(site, REMEMBERING)) {
            scorer.open();
            scorer.broadcast(TestModels.live(MODEL, VERSION, MOVE));
            scorer.score(image("a"));
            scorer.score(image("a").toBuilder().setId("image-1").build());
            scorer.score(image("b"));
            OperatorSnapshotUtil.writeStateHandle(
                    scorer.snapshot(1, 0),
                    Path.of(args[0], "scorer-checkpoint-2.bin").toString());
        }
    }

    static ScoringRequest image(String source) {
        return ScoringRequest.newBuilder()
                .setId("image-0")
                .setSource(source)
                .setPixels(TestSamples.pixels(0))
                .build();
    }
}
