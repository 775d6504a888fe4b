package io.inkstream.operators.feedback;

import io.inkstream.models.background.DaemonThread;
import io.inkstream.models.registry.Brake;
import io.inkstream.models.registry.Braking;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.operators.live.ModelSite;
import io.inkstream.schemas.v1.BrakePull;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pulls the registry's brake in a thread of its own, again and again until there is a final answer. */
final class BrakeLever implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrakeLever.class);
    private static final long RETRY_MS = 1_000;

    private final ModelRegistry registry;
    private final Brake brake;
    private final String by;
    private final BiConsumer<BrakePull, Braking> listener;
    private final ScheduledExecutorService thread = DaemonThread.named("inkstream-brake");
    private boolean failing;

    /** @param listener is told final answers, in the lever's thread */
    BrakeLever(ModelSite site, String by, BiConsumer<BrakePull, Braking> listener) {
        this.registry = ModelRegistry.open(site.zookeeper(), site.model());
        this.brake = new Brake(registry);
        this.by = by;
        this.listener = listener;
    }

    /** Does not wait. */
    void pull(BrakePull pull) {
        tryAfter(pull, 0);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what can go wrong is caught and logged in attempt
    private void tryAfter(BrakePull pull, long delayMs) {
        try {
            thread.schedule(() -> attempt(pull), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("a pull after the task had ended", e);
        }
    }

    private void attempt(BrakePull pull) {
        try {
            Braking answer = brake.pull(pull.getVersion(), pull.getMove(), pull.getBackTo(), by, pull.getWhy());
            failing = false;
            if (answer.isFinal()) {
                listener.accept(pull, answer);
                return;
            }
        } catch (RuntimeException e) {
            if (!failing && !thread.isShutdown()) {
                LOG.warn("cannot go back from version {} yet, trying again", pull.getVersion(), e);
            }
            failing = true;
        }
        tryAfter(pull, RETRY_MS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        registry.close();
    }
}
