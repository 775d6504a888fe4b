package io.inkstream.operators.feedback;

import io.inkstream.schemas.v1.Confusion;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.Outcome;
import io.inkstream.schemas.v1.Truth;
import java.util.Collections;

/** Outcomes and evaluations for tests. */
final class Evaluations {
    private Evaluations() {}

    static Truth audit(int digit) {
        return truth(digit).toBuilder().setRandomAudit(true).build();
    }

    static Truth truth(int digit) {
        return Truth.newBuilder().setDigit(digit).build();
    }

    static Outcome outcome(long version, int predicted, Truth truth) {
        return Outcome.newBuilder()
                .setVersion(version)
                .setPredicted(predicted)
                .setTruth(truth)
                .build();
    }

    static Outcome correction(long version, int predicted, Truth replaced, Truth truth) {
        return outcome(version, predicted, truth).toBuilder()
                .setReplaced(replaced)
                .build();
    }

    static long count(Confusion confusion, int truth, int predicted) {
        return confusion.getCounts(10 * truth + predicted);
    }

    /** By labels of a random audit. */
    static LiveEvaluation audited(long version, long labels, long correct) {
        Confusion confusion = confusion(labels, correct);
        return LiveEvaluation.newBuilder()
                .setFormat(1)
                .setModel("digits")
                .setVersion(version)
                .setTotal(confusion)
                .setRandomAudit(confusion)
                .build();
    }

    static Confusion confusion(long labels, long correct) {
        return Confusion.newBuilder()
                .addAllCounts(Collections.nCopies(100, 0L))
                .setCounts(77, correct)
                .setCounts(71, labels - correct)
                .build();
    }
}
