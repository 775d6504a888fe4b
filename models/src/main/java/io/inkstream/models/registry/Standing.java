package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import java.util.Optional;

/** What is live, and what is to be, as read together. */
record Standing(Optional<Stored<LivePointer>> live, Optional<Stored<Candidate>> candidate) {

    /** Reads until the pointer stood still meanwhile, so that a candidate that becomes live is seen as one or the other. */
    static Standing read(Znodes znodes) {
        Optional<Stored<LivePointer>> live = readLive(znodes);
        while (true) {
            Optional<Stored<Candidate>> candidate = readCandidate(znodes);
            Optional<Stored<LivePointer>> still = readLive(znodes);
            if (still.equals(live)) {
                return new Standing(live, candidate);
            }
            live = still;
        }
    }

    private static Optional<Stored<LivePointer>> readLive(Znodes znodes) {
        String path = znodes.live();
        return znodes.read(path).map(node -> new Stored<>(MetadataJson.live(path, node.json()), node.revision()));
    }

    static Optional<Stored<Candidate>> readCandidate(Znodes znodes) {
        String path = znodes.candidate();
        return znodes.read(path).map(node -> new Stored<>(MetadataJson.candidate(path, node.json()), node.revision()));
    }

    static Optional<Stored<ModelVersion>> readVersion(Znodes znodes, long number) {
        String path = znodes.version(number);
        return znodes.read(path).map(node -> new Stored<>(MetadataJson.version(path, node.json()), node.revision()));
    }

    /** 0 where nothing is live. */
    long liveVersion() {
        return live.map(stored -> stored.message().getVersion()).orElse(0L);
    }

    /** How often live was moved. */
    long moves() {
        return live.map(stored -> stored.message().getMove()).orElse(0L);
    }

    boolean isPinned() {
        return live.map(stored -> stored.message().getPinned()).orElse(false);
    }

    boolean isLive(long version) {
        return live.isPresent() && liveVersion() == version;
    }

    boolean isCandidate(long version) {
        return candidate.map(stored -> stored.message().getVersion() == version).orElse(false);
    }
}
