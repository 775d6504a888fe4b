package io.inkstream.operators.scoring;

import io.inkstream.operators.TestModels;
import io.inkstream.operators.TestSamples;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.ScoringRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/**
 * Made {@code golden/scorer-checkpoint-1.bin}: the whole checkpoint of a scorer of the first release, which knew live
 * versions only and no candidates. Later releases restore it; it is not made again.
 */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class GoldenScorerState {
    static final String MODEL = "digits";
    static final long VERSION = 2;
    static final long MOVE = 5;

    private GoldenScorerState() {}

    /** Writes the file into the folder that is the argument. */
    public static void main(String[] args) throws Exception {
        Path work = Files.createTempDirectory("golden");
        String root = work.toUri().toString();
        TestModels.writeFiles(root, MODEL, VERSION);
        try (ScorerHarness scorer = new ScorerHarness(
                new ModelSite(root, "localhost:1", MODEL, work.resolve("cache").toString()))) {
            scorer.open();
            scorer.broadcast(TestModels.live(MODEL, VERSION, MOVE));
            scorer.score(image("a"));
            scorer.score(image("a"));
            scorer.score(image("b"));
            OperatorSnapshotUtil.writeStateHandle(
                    scorer.snapshot(1, 0),
                    Path.of(args[0], "scorer-checkpoint-1.bin").toString());
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
