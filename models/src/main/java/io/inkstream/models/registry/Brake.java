package io.inkstream.models.registry;

import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.VersionState;
import java.util.Optional;

/**
 * Takes a live version back that has turned out to be a bad one.
 *
 * <p>It is a {@link Rollout} backwards: the version before becomes the candidate, in the place of any that a job has
 * proposed, and when live has moved to it, the bad one is rejected in the same transaction. No job proposes it again.
 */
public final class Brake {

    private final Znodes znodes;

    /** Lives as long as the registry. */
    public Brake(ModelRegistry registry) {
        this.znodes = registry.znodes();
    }

    /**
     * Goes back from {@code from} to {@code to}, if live is still what it was at that move and is not pinned. May be called
     * again, with the same words.
     *
     * @param move the pointer's count of its moves by which {@code from} became live
     * @param by what pulls
     */
    public Braking pull(long from, long move, long to, String by, String why) {
        while (true) {
            Standing standing = Standing.read(znodes);
            if (!standing.isLive(from) || standing.moves() != move) {
                return Braking.MOVED_ON;
            }
            Optional<Braking> against = against(standing, to);
            if (against.isPresent()) {
                return against.get();
            }
            Optional<Stored<ModelVersion>> version = Standing.readVersion(znodes, to)
                    .filter(stored -> stored.message().getState() != VersionState.REJECTED);
            if (version.isEmpty()) {
                return Braking.NOWHERE_TO_GO;
            }
            Candidate candidate = Candidate.newBuilder()
                    .setVersion(to)
                    .setBy(by)
                    .setWhy(why)
                    .setBrake(true)
                    .build();
            Transition change = new Transition(znodes, Fence.NONE, standing, Timestamps.now());
            if (change.given(version.get()).candidate(candidate).commit("go back to " + znodes.version(to))) {
                return Braking.PULLED;
            }
        }
    }

    private static Optional<Braking> against(Standing standing, long to) {
        Optional<Candidate> candidate = standing.candidate().map(Stored::message);
        boolean isToBePinned = candidate.map(Candidate::getPin).orElse(false);
        if (standing.isPinned() || isToBePinned) {
            return Optional.of(Braking.PINNED);
        }
        if (candidate.map(Candidate::getByHand).orElse(false)) {
            return Optional.of(Braking.BY_HAND_FIRST);
        }
        boolean isPulled = candidate
                .map(other -> other.getBrake() && other.getVersion() == to)
                .orElse(false);
        return isPulled ? Optional.of(Braking.ALREADY_PULLED) : Optional.empty();
    }
}
