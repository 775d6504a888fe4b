package io.inkstream.models.network;

import io.inkstream.schemas.v1.TrainingRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/**
 * Trains a network on one mini-batch after the other with several cores: each is cut into as many parts as there are
 * replicas, which compute their gradients side by side on the same parameters; these are added in the order of the parts,
 * and one step of the updater follows.
 *
 * <p>Cuts and order are fixed, so a run repeats bit for bit, and one replica gives the bits of DL4J's own {@code fit}.
 * With another number of replicas the sums are rounded otherwise. The first replica works in the calling thread, each
 * other in one of its own, which {@link #close} ends.
 */
final class Replicas implements AutoCloseable {
    private final MultiLayerNetwork net;
    private final Replica first;
    private final List<Worker> others = new ArrayList<>();

    /** A replica and the thread it keeps from step to step. */
    private record Worker(Replica replica, ExecutorService thread) {}

    Replicas(MultiLayerNetwork net, TrainingRecipe recipe) {
        int full = recipe.getBatchSize() + recipe.getReplayed();
        int replicas = Math.min(full, Math.max(1, recipe.getReplicas()));
        boolean flat = Configuration.isFlat(Networks.of(recipe).layers());
        this.net = net;
        this.first = new Replica(net, cut(full, 1, replicas), flat);
        for (int i = 1; i < replicas; i++) {
            MultiLayerNetwork replica =
                    new MultiLayerNetwork(net.getLayerWiseConfigurations().clone());
            replica.init(net.params(), false);
            int usual = cut(full, i + 1, replicas) - cut(full, i, replicas);
            others.add(new Worker(new Replica(replica, usual, flat), thread(i)));
        }
    }

    private static ExecutorService thread(int i) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "inkstream-replica-" + i);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Where the part of that number begins; none is empty where there are at least as many samples as parts. */
    private static int cut(int size, int part, int parts) {
        return size * part / parts;
    }

    /**
     * One step. Where it fails, in whichever thread, the parameters are what they were.
     *
     * @param size samples of the mini-batch, at the front of the arrays
     * @return what the network thought of them before, {@code float[size][10]} flattened
     */
    float[] step(byte[] pixels, byte[] labels, int size) {
        List<CompletableFuture<float[]>> parts = new ArrayList<>();
        int replicas = Math.min(size, 1 + others.size());
        for (int i = 1; i < replicas; i++) {
            Worker worker = others.get(i - 1);
            int from = cut(size, i, replicas);
            int to = cut(size, i + 1, replicas);
            parts.add(
                    CompletableFuture.supplyAsync(() -> worker.replica.learn(pixels, labels, from, to), worker.thread));
        }
        float[] probabilities = new float[size * DigitNetwork.CLASSES];
        try {
            put(first.learn(pixels, labels, 0, cut(size, 1, replicas)), probabilities, 0);
        } finally {
            // Whoever fails, nobody may still be at work on these arrays.
            parts.forEach(part -> part.exceptionally(failure -> null).join());
        }
        for (int i = 1; i <= parts.size(); i++) {
            put(result(parts.get(i - 1)), probabilities, cut(size, i, replicas));
            net.getFlattenedGradients().addi(others.get(i - 1).replica.gradient());
        }
        update(size);
        return probabilities;
    }

    private static void put(float[] part, float[] all, int from) {
        System.arraycopy(part, 0, all, from * DigitNetwork.CLASSES, part.length);
    }

    private static float[] result(CompletableFuture<float[]> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("a replica failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private void update(int size) {
        int iteration = net.getIterationCount();
        net.getUpdater()
                .update(net, net.gradient(), iteration, net.getEpochCount(), size, LayerWorkspaceMgr.noWorkspaces());
        net.params().subi(net.getFlattenedGradients().reshape(net.params().shape()));
        net.setIterationCount(iteration + 1);
    }

    @Override
    public void close() {
        for (Worker worker : others) {
            CompletableFuture.runAsync(worker.replica::close, worker.thread).join();
            worker.thread.shutdown();
        }
        first.close();
    }
}
