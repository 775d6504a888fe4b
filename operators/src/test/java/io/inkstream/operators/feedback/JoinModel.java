package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.LateLabel;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Truth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must come of the events of one image, the plain way: keeps all of them and looks through them each time. */
final class JoinModel {
    private final List<FeedbackEvent> events = new ArrayList<>();
    private final List<Integer> trained = new ArrayList<>();
    /** What the join's outcomes add up to, by version. */
    private final Map<Long, Outcome> judged = new HashMap<>();

    /** Returns the digits that the event makes to be trained on: none, or one. */
    List<Integer> add(FeedbackEvent event) {
        events.add(event);
        Optional<Integer> digit = inForce().map(LateLabel::getDigit);
        boolean isNew = digit.isPresent() && !digit.equals(last());
        if (!isNew || events.stream().noneMatch(FeedbackEvent::hasImage)) {
            return List.of();
        }
        trained.add(digit.get());
        return List.of(digit.get());
    }

    private Optional<Integer> last() {
        return trained.isEmpty() ? Optional.empty() : Optional.of(trained.get(trained.size() - 1));
    }

    private Optional<LateLabel> inForce() {
        return events.stream()
                .filter(FeedbackEvent::hasLabel)
                .map(FeedbackEvent::getLabel)
                .max(Comparator.comparing(
                        label -> List.of(label.getLabeled(), (long) label.getPartition(), label.getOffset()),
                        JoinModel::compare));
    }

    private static int compare(List<Long> a, List<Long> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** By version, how each must be judged now. */
    Map<Long, Outcome> mustBe() {
        Map<Long, Outcome> expected = new HashMap<>();
        boolean audited =
                events.stream().anyMatch(event -> event.getLabel().getReason().equals("random-audit"));
        inForce()
                .ifPresent(label -> events.stream()
                        .filter(FeedbackEvent::hasServed)
                        .map(FeedbackEvent::getServed)
                        .forEach(served -> expected.put(
                                served.getVersion(),
                                Outcome.newBuilder()
                                        .setVersion(served.getVersion())
                                        .setPredicted(served.getDigit())
                                        .setTruth(Truth.newBuilder()
                                                .setDigit(label.getDigit())
                                                .setRandomAudit(audited))
                                        .build())));
        return expected;
    }

    /**
     * Adds up what the join has said.
     *
     * @throws AssertionError if an outcome does not take back exactly what was said before
     */
    Map<Long, Outcome> said(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            Outcome before = judged.put(
                    outcome.getVersion(), outcome.toBuilder().clearReplaced().build());
            Truth replaced = outcome.hasReplaced() ? outcome.getReplaced() : null;
            Truth counted = before == null ? null : before.getTruth();
            if (!java.util.Objects.equals(replaced, counted)) {
                throw new AssertionError("%s takes back %s, but %s was said".formatted(outcome, replaced, counted));
            }
        }
        return judged;
    }
}
