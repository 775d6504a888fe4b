package io.inkstream.models.registry;

import io.inkstream.schemas.v1.LiveVersion;
import java.util.function.Consumer;

/** Keeps a listener up to date with the live version, as a {@link RegistryWatch} does with more. */
public final class LiveWatch implements AutoCloseable {

    private final Consumer<LiveVersion> listener;
    private final RegistryWatch watch;
    private long toldMove = -1;

    LiveWatch(Znodes znodes, Consumer<LiveVersion> listener) {
        this.listener = listener;
        this.watch = new RegistryWatch(znodes, view -> view.live().ifPresent(this::tell));
    }

    private void tell(LiveVersion live) {
        if (live.getPointer().getMove() != toldMove) {
            listener.accept(live);
            toldMove = live.getPointer().getMove();
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
