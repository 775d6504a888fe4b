package io.inkstream.models.registry;

import io.inkstream.schemas.v1.LiveVersion;
import java.util.OptionalLong;

/** Adds to each view which version was live before, and reads the history for that only when live has moved. */
final class Predecessor {

    private final History history;
    private long move = -1;
    private OptionalLong version = OptionalLong.empty();

    Predecessor(Znodes znodes) {
        this.history = new History(znodes);
    }

    RegistryView complete(RegistryView view) {
        return view.live().map(live -> view.with(of(live))).orElse(view);
    }

    private OptionalLong of(LiveVersion live) {
        if (live.getPointer().getMove() != move) {
            version = history.before(live.getPointer().getVersion());
            move = live.getPointer().getMove();
        }
        return version;
    }
}
