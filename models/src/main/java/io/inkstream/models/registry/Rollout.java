package io.inkstream.models.registry;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.VersionState;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings a version live, by way of the scorers: proposed, it is the candidate until each of them has loaded and checked
 * it; then live moves to it, or it is rejected.
 *
 * <p>There is no coordinator. Whoever proposes writes the candidate into ZooKeeper, scorers say in their {@link
 * ScorerPresence} what they have loaded, and any number of processes call {@link #advance} in a loop: it looks at what
 * stands there and takes at most one step, in one transaction, which succeeds for one of them. Going back travels the same
 * way.
 *
 * <p>All methods fail with a {@link RegistryException} when ZooKeeper does not answer, and may then be called again.
 */
public final class Rollout {

    /** For so long scorers have time to answer: longer than ZooKeeper takes to notice that one has died. */
    public static final Duration TIMEOUT = Duration.ofSeconds(40);

    private final Znodes znodes;
    private final Fence fence;
    private final Duration timeout;
    private final Clock clock;

    /** With {@link #TIMEOUT}, by this machine's clock. Lives as long as the registry. */
    public Rollout(ModelRegistry registry) {
        this(registry, TIMEOUT, Clock.systemUTC());
    }

    /**
     * @param timeout how long scorers have time to answer; longer than it takes ZooKeeper to notice that one has died,
     *     or a version may be rejected for want of the dead one's answer
     * @param clock compared with the time at which the candidate was proposed, perhaps on another machine
     */
    public Rollout(ModelRegistry registry, Duration timeout, Clock clock) {
        this(registry.znodes(), Fence.NONE, timeout, clock);
    }

    Rollout(Znodes znodes, Fence fence, Duration timeout, Clock clock) {
        this.znodes = znodes;
        this.fence = fence;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Makes a version the candidate.
     *
     * <p>A job may propose what is newer than live and any candidate, was neither live nor rejected before, as long as
     * live is not pinned and nothing that a person proposed is under way; it waits until the candidate that is there is
     * settled, and the newest that waits follows. A person may propose any version, and moves a pin along; the candidate
     * that was goes back to where it came from.
     *
     * @param by who or what proposes
     * @param byHand whether that is a person
     * @throws RegistryException when there is no such version
     */
    public Proposal propose(long version, String by, String why, boolean byHand) {
        return propose(Candidate.newBuilder()
                .setVersion(version)
                .setBy(by)
                .setWhy(why)
                .setByHand(byHand)
                .build());
    }

    private Proposal propose(Candidate proposal) {
        while (true) {
            fence.verify();
            Standing standing = Standing.read(znodes);
            Stored<ModelVersion> version = require(proposal.getVersion());
            Proposal answer = Admission.of(proposal, version.message(), standing);
            Transition change = from(standing).given(version);
            switch (answer) {
                case ACCEPTED -> change.candidate(proposal);
                case WAITING -> change.next(proposal);
                default -> {
                    explain(answer, version, standing);
                    return answer;
                }
            }
            if (change.commit("propose " + znodes.version(proposal.getVersion()))) {
                return answer;
            }
        }
    }

    private Stored<ModelVersion> require(long version) {
        return Standing.readVersion(znodes, version)
                .orElseThrow(() ->
                        new RegistryException("version %d is not in %s: it was never published, or is deleted since"
                                .formatted(version, znodes.versions())));
    }

    /** So that whoever wonders why a newer version does not go live finds the answer beside it. */
    private void explain(Proposal answer, Stored<ModelVersion> version, Standing standing) {
        long number = version.message().getVersion();
        Optional<String> reason = Admission.explain(answer, standing);
        if (reason.isPresent() && !version.message().getReason().equals(reason.get())) {
            // Where that fails somebody was quicker, and the reason may be another one now.
            from(standing).given(version).reason(number, reason.get()).commit("explain " + znodes.version(number));
        }
    }

    /**
     * Rejects a version, which no job can propose any more; where it is the candidate, it is that no longer. The first
     * reason stays.
     *
     * @return false where the version is live, and stays
     * @throws RegistryException when there is no such version
     */
    public boolean reject(long version, String reason) {
        while (true) {
            fence.verify();
            Standing standing = Standing.read(znodes);
            if (standing.isLive(version)) {
                return false;
            }
            Stored<ModelVersion> stored = require(version);
            if (stored.message().getState() == VersionState.REJECTED && !standing.isCandidate(version)) {
                return true;
            }
            Transition rejection = from(standing).given(stored).state(version, VersionState.REJECTED, reason);
            if (standing.isCandidate(version)) {
                rejection.dropCandidate();
            }
            if (rejection.commit("reject " + znodes.version(version))) {
                return true;
            }
        }
    }

    /**
     * Takes back a proposal.
     *
     * @return false where the version is not the candidate
     */
    public boolean withdraw(long version, String by, String why) {
        while (true) {
            fence.verify();
            Standing standing = Standing.read(znodes);
            if (!standing.isCandidate(version)) {
                return false;
            }
            String reason = "withdrawn by %s: %s".formatted(by, why);
            if (from(standing).withdrawCandidate(reason).commit("withdraw " + znodes.candidate())) {
                return true;
            }
        }
    }

    /**
     * Keeps a version live until somebody moves or unpins it. Where it is live, whatever is the candidate goes; where it is
     * not, it is proposed by hand and pinned once it is there.
     *
     * @throws RegistryException when there is no such version
     */
    public Proposal pin(long version, String by, String why) {
        while (true) {
            fence.verify();
            Standing standing = Standing.read(znodes);
            if (standing.isLive(version)) {
                if (pinLive(standing, by, why)) {
                    return Proposal.ALREADY_LIVE;
                }
            } else {
                Proposal answer = propose(Candidate.newBuilder()
                        .setVersion(version)
                        .setBy(by)
                        .setWhy(why)
                        .setByHand(true)
                        .setPin(true)
                        .build());
                if (answer != Proposal.ALREADY_LIVE) {
                    return answer;
                }
                // It has become live in between, and is still to be pinned.
            }
        }
    }

    private boolean pinLive(Standing standing, String by, String why) {
        if (standing.isPinned() && standing.candidate().isEmpty()) {
            return true;
        }
        String reason = "%d was pinned by %s: %s".formatted(standing.liveVersion(), by, why);
        return from(standing).pinLive(true, by, why).withdrawCandidate(reason).commit("pin " + znodes.live());
    }

    /**
     * Lets live go on with what jobs propose; what was refused because of the pin is not proposed again.
     *
     * @return false where nothing is pinned, nor is to be
     */
    public boolean unpin(String by, String why) {
        while (true) {
            fence.verify();
            Standing standing = Standing.read(znodes);
            Optional<Candidate> toBePinned =
                    standing.candidate().map(Stored::message).filter(Candidate::getPin);
            if (!standing.isPinned() && toBePinned.isEmpty()) {
                return false;
            }
            Transition unpinned = from(standing);
            if (standing.isPinned()) {
                unpinned.pinLive(false, by, why);
            }
            toBePinned.ifPresent(candidate ->
                    unpinned.putCandidate(candidate.toBuilder().setPin(false).build()));
            if (unpinned.commit("unpin " + znodes.live())) {
                return true;
            }
        }
    }

    /** The version to roll back to: the one that was live before what is live; empty where there is none any more. */
    public OptionalLong previous() {
        OptionalLong before = new History(znodes).before(Standing.read(znodes).liveVersion());
        return before.isPresent()
                        && Standing.readVersion(znodes, before.getAsLong()).isPresent()
                ? before
                : OptionalLong.empty();
    }

    /**
     * Takes the candidate one step further, if there is one and it is time. Live moves when all scorers of each job
     * have loaded it, at once where there is no job; one that refuses, or does not answer in time, rejects it for all. A job
     * all of whose scorers have gone may be restarting, and is waited for, too, until the time is over.
     */
    public Progress advance() {
        while (true) {
            fence.verify();
            Standing standing = Standing.read(znodes);
            if (standing.candidate().isEmpty()) {
                return new Progress.Idle();
            }
            Candidate candidate = standing.candidate().get().message();
            Optional<Stored<ModelVersion>> version = Standing.readVersion(znodes, candidate.getVersion());
            Optional<String> obsolete =
                    version.isEmpty() ? Optional.of("it is deleted") : obsolete(candidate, standing);
            Optional<Progress> step = obsolete.isPresent()
                    ? withdraw(candidate, obsolete.get(), standing)
                    : decide(candidate, from(standing).given(version.get()), standing);
            if (step.isPresent()) {
                return step.get();
            }
        }
    }

    private static Optional<String> obsolete(Candidate candidate, Standing standing) {
        long version = candidate.getVersion();
        if (standing.isLive(version)) {
            return Optional.of("it is live");
        }
        if (!candidate.getByHand() && standing.isPinned()) {
            return Optional.of("%d is pinned".formatted(standing.liveVersion()));
        }
        if (!candidate.getByHand() && !candidate.getBrake() && version < standing.liveVersion()) {
            return Optional.of("%d is live, which is newer".formatted(standing.liveVersion()));
        }
        return Optional.empty();
    }

    private Optional<Progress> decide(Candidate candidate, Transition step, Standing standing) {
        Ballot ballot = Ballot.of(candidate, new Scorers(znodes).byJob());
        if (ballot.refusal().isPresent()) {
            return reject(candidate, "refused by " + ballot.refusal().get(), step);
        }
        Duration waited = Duration.ofMillis(clock.millis() - Timestamps.toMillis(candidate.getSince()));
        boolean isLate = waited.compareTo(timeout) > 0;
        if (!isLate && !ballot.open().isEmpty()) {
            return Optional.of(new Progress.Waiting(candidate, ballot.open()));
        }
        if (ballot.waitingFor().isEmpty()) {
            // A job that is gone for so long has ended.
            return promote(candidate, step, standing);
        }
        String reason =
                "no answer within %d s from %s".formatted(timeout.toSeconds(), String.join(", ", ballot.waitingFor()));
        return reject(candidate, reason, step);
    }

    /** Empty, here and below, where something has changed meanwhile. */
    private Optional<Progress> withdraw(Candidate candidate, String reason, Standing standing) {
        return from(standing).withdrawCandidate(reason).commit("withdraw " + znodes.candidate())
                ? Optional.of(new Progress.Withdrawn(candidate.getVersion(), reason))
                : Optional.empty();
    }

    private Optional<Progress> reject(Candidate candidate, String reason, Transition step) {
        return step.state(candidate.getVersion(), VersionState.REJECTED, reason)
                        .dropCandidate()
                        .commit("reject " + znodes.candidate())
                ? Optional.of(new Progress.Rejected(candidate.getVersion(), Words.cut(reason)))
                : Optional.empty();
    }

    private Optional<Progress> promote(Candidate candidate, Transition step, Standing standing) {
        Move why = Move.newBuilder()
                .setTo(candidate.getVersion())
                .setBy(candidate.getBy())
                .setWhy(candidate.getWhy())
                .setByHand(candidate.getByHand())
                .setBrake(candidate.getBrake())
                .build();
        Move move = step.dropCandidate().moveLive(why, standing.isPinned() || candidate.getPin());
        return step.commit("move " + znodes.live()) ? Optional.of(new Progress.Moved(move)) : Optional.empty();
    }

    private Transition from(Standing standing) {
        Timestamp now = Timestamps.fromMillis(clock.millis());
        return new Transition(znodes, fence, standing, now);
    }
}
