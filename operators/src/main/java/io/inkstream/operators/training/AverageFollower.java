package io.inkstream.operators.training;

import io.inkstream.models.network.DigitNetwork;
import io.inkstream.models.network.Parameters;
import io.inkstream.schemas.v1.HandedOn;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.NetworkState;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets one of several trainers continue from the average of all, without waiting for it: when the version that was cut at
 * a barrier comes back, the trainer moves by the difference between the average and what it had handed on at that barrier,
 * and so keeps what it has learned in between.
 *
 * <p>Local SGD with delayed averaging, as in DaSGD (Q. Zhou et al., "DaSGD: Squeezing SGD parallelization performance in
 * distributed training using delayed averaging", 2020).
 */
final class AverageFollower {

    /** Barriers whose average may still come back; with more, publishing is stuck and the oldest is given up. */
    private static final int WAITING = 4;

    private final List<HandedOn> waiting;

    AverageFollower(List<HandedOn> restored) {
        waiting = new ArrayList<>(restored);
    }

    void handedOn(long checkpointId, String jobId, NetworkState network) {
        waiting.add(HandedOn.newBuilder()
                .setCheckpointId(checkpointId)
                .setJobId(jobId)
                .setParameters(network.getParameters())
                .setAveraged(network.getAveraged())
                .build());
        if (waiting.size() > WAITING) {
            waiting.remove(0);
        }
    }

    /** Moves the network, unless nothing waits for a version of that lineage. */
    boolean continueFrom(Lineage lineage, NetworkState average, DigitNetwork network) {
        for (int i = 0; i < waiting.size(); i++) {
            HandedOn handedOn = waiting.get(i);
            if (handedOn.getCheckpointId() == lineage.getCheckpointId()
                    && handedOn.getJobId().equals(lineage.getJobId())) {
                network.continueFrom(handedOn, average);
                waiting.subList(0, i + 1).clear();
                // What was handed on since then had not moved yet.
                waiting.replaceAll(later -> move(later, handedOn, average));
                return true;
            }
        }
        return false;
    }

    private static HandedOn move(HandedOn later, HandedOn from, NetworkState to) {
        return later.toBuilder()
                .setParameters(Parameters.move(later.getParameters(), from.getParameters(), to.getParameters()))
                .setAveraged(Parameters.move(later.getAveraged(), from.getAveraged(), to.getAveraged()))
                .build();
    }

    List<HandedOn> snapshot() {
        return List.copyOf(waiting);
    }
}
