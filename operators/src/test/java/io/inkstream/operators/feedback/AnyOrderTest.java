package io.inkstream.operators.feedback;

import static io.inkstream.operators.feedback.JoinHarness.image;
import static io.inkstream.operators.feedback.JoinHarness.label;
import static io.inkstream.operators.feedback.JoinHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.v1.FeedbackEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of many images in random orders, with a restart now and then, against a model that keeps everything. */
@Timeout(120)
class AnyOrderTest {
    private static final int IMAGES = 400;
    private static final int RESTARTS = 4;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void allThatIsSaidFollowsFromWhatHasCome(long seed) throws Exception {
        Random random = new Random(seed);
        List<FeedbackEvent> events = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            events.addAll(eventsOf("image-" + i, random));
        }
        Collections.shuffle(events, random);
        Map<String, JoinModel> models = new HashMap<>();

        JoinHarness join = JoinHarness.started();
        try {
            for (int i = 0; i < events.size(); i++) {
                if (i % (events.size() / RESTARTS) == 0) {
                    join = restarted(join, i);
                }
                FeedbackEvent event = events.get(i);
                join.send(event);
                JoinModel model = models.computeIfAbsent(event.getImageId(), id -> new JoinModel());
                assertThat(join.trainedDigits()).as("%s", event).isEqualTo(model.add(event));
                assertThat(model.said(join.outcomes())).as("%s", event).isEqualTo(model.mustBe());
            }
            assertThat(join.numEventTimeTimers()).isEqualTo(models.size());
        } finally {
            join.close();
        }
    }

    private static JoinHarness restarted(JoinHarness join, long checkpoint) throws Exception {
        OperatorSubtaskState state = join.snapshot(checkpoint, checkpoint);
        join.close();
        JoinHarness again = new JoinHarness();
        again.initializeState(state);
        again.open();
        return again;
    }

    /** Images and predictions may come twice, labels up to four times, with few digits and times, so that they meet. */
    private static List<FeedbackEvent> eventsOf(String id, Random random) {
        List<FeedbackEvent> events = new ArrayList<>();
        events.addAll(Collections.nCopies(random.nextInt(3), image(id, random.nextInt(500))));
        for (long version = 1; version <= 5; version++) {
            FeedbackEvent served = served(id, random.nextInt(500), version, random.nextInt(3));
            events.addAll(Collections.nCopies(random.nextInt(3), served));
        }
        int labels = random.nextInt(5);
        for (int offset = 0; offset < labels; offset++) {
            String reason = random.nextInt(3) == 0 ? Feedback.RANDOM_AUDIT : "correction";
            events.add(label(
                    id,
                    random.nextInt(500),
                    label(random.nextInt(3), random.nextInt(3), reason)
                            .setPartition(random.nextInt(2))
                            .setOffset(offset)));
        }
        return events;
    }
}
