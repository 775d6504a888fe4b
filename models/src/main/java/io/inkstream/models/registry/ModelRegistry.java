package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.LiveVersion;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.TrainerClaim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Tells which versions of a model exist and which one is live.
 *
 * <p>All of it stands in ZooKeeper under {@code /inkstream/<model>}, in JSON. Several processes may use it at once:
 * of a version nothing but its state changes once it is there, {@code live} moves by compare-and-set only.
 */
public final class ModelRegistry implements AutoCloseable {

    /** The newest format of its messages that this code reads, and the one that it writes. */
    public static final int FORMAT = 1;

    private static final Pattern MODEL_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final SharedClient client;
    private final Znodes znodes;
    private final RegistryWriter writer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ModelRegistry(SharedClient client, String model) {
        this.client = client;
        this.znodes = new Znodes(client, model);
        this.writer = new RegistryWriter(znodes, Fence.NONE);
    }

    /**
     * Opens the registry of a model in a ZooKeeper without logins, see {@link #open(ZooKeeperAccess, String)}.
     *
     * @param zookeeper ZooKeeper's connect string, with or without a chroot
     */
    public static ModelRegistry open(String zookeeper, String model) {
        return open(ZooKeeperAccess.open(zookeeper), model);
    }

    /**
     * Opens the registry of a model. Does not wait for a connection: calls fail while there is none, watches wait.
     *
     * @throws RegistryException where the credentials cannot be read
     */
    public static ModelRegistry open(ZooKeeperAccess zookeeper, String model) {
        requireModelName(model);
        return new ModelRegistry(SharedClient.acquire(zookeeper), model);
    }

    /**
     * Waits up to twelve seconds for a connection, so that a wrong address or login is told at once and by name; two where
     * nobody listens there.
     *
     * @throws UnreachableException when nothing answers
     * @throws RegistryException when the chroot of the connect string does not exist, or the model's nodes are not this user's
     */
    public void requireReachable() {
        client.requireConnection();
        client.requireChroot();
        znodes.requireOwn();
    }

    /**
     * Refuses names that do not fit everything that is derived from a model's name: topics, HDFS paths, znodes and
     * transactional ids.
     */
    public static void requireModelName(String model) {
        if (!MODEL_NAME.matcher(model).matches()) {
            throw new IllegalArgumentException(
                    "model name '%s': use 1 to 63 lower-case letters, digits, dots, dashes and underscores"
                            .formatted(model));
        }
    }

    /**
     * Adds a version and makes it the newest, whoever trains the model; a training job does that through its {@link
     * TrainerLease}. Does nothing where this very version was added before.
     *
     * @throws RegistryException when another version has that number
     */
    public void register(ModelVersion version) {
        writer.register(version);
    }

    public Optional<ModelVersion> version(long number) {
        String path = znodes.version(number);
        return znodes.read(path).map(node -> MetadataJson.version(path, node.json()));
    }

    /** The numbers of all versions, ascending. */
    public List<Long> versions() {
        return znodes.listVersions();
    }

    /** The highest number that a version ever had, also where that version is deleted; empty before a first one. */
    public OptionalLong newest() {
        return znodes.readNewest();
    }

    /**
     * The lowest number that a version ever had, also where that version is deleted; 0 where it is not known. What is in
     * the store below it was published before ZooKeeper lost its data.
     */
    public long first() {
        return znodes.readFirst();
    }

    /**
     * Puts how a version reads what it serves in the place of what was told of it before.
     *
     * @return false where there is no such version: it was deleted, and so was this
     */
    public boolean recordAccuracy(LiveEvaluation accuracy) {
        return new Accuracies(znodes).write(accuracy);
    }

    /** How a version reads what it serves; empty where no label has told yet. */
    public Optional<LiveEvaluation> accuracy(long number) {
        return new Accuracies(znodes).read(number);
    }

    /** How versions read what they serve, of all that labels have told of, ascending. */
    public Map<Long, LiveEvaluation> accuracies() {
        return new Accuracies(znodes).readAll();
    }

    /**
     * The training job that has the model now. One whose process died is told for as long as its session lasts, some 30
     * s.
     */
    public Optional<TrainerClaim> trainer() {
        return znodes.read(znodes.trainer()).map(node -> MetadataJson.claim(znodes.trainer(), node.json()));
    }

    public Optional<LivePointer> live() {
        return znodes.read(znodes.live()).map(node -> MetadataJson.live(znodes.live(), node.json()));
    }

    /** The live pointer with what it points to; empty before a first version is live. */
    public Optional<LiveVersion> liveVersion() {
        return RegistryView.read(znodes).live();
    }

    /** The version that is to be live once all scorers have loaded it. */
    public Optional<Candidate> candidate() {
        return Standing.readCandidate(znodes).map(Stored::message);
    }

    /** The scorers that run now, by job and subtask. One whose process died is told for some 30 s, as above. */
    public List<ScorerStatus> scorers() {
        return new Scorers(znodes).read();
    }

    /** The latest moves of the live pointer, at most 1,000, oldest first. */
    public List<Move> history() {
        return new History(znodes).read();
    }

    /**
     * Tells {@code listener} the live version, now and after each change, from a thread of its own. What is told is what
     * stands in ZooKeeper at that time: moves in quick succession may be seen as one.
     */
    public LiveWatch watchLive(Consumer<LiveVersion> listener) {
        return new LiveWatch(znodes, listener);
    }

    /** As {@link #watchLive}, but tells the candidate as well, and also that nothing is there. */
    public RegistryWatch watch(Consumer<RegistryView> listener) {
        return new RegistryWatch(znodes, listener);
    }

    Znodes znodes() {
        return znodes;
    }

    /** Idempotent: the client is shared, and closing twice would take it from another user. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            client.close();
        }
    }
}
