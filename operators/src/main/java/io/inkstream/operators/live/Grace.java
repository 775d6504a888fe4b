package io.inkstream.operators.live;

import java.time.Duration;

/** How long ZooKeeper has to answer at the start before a host goes by what it remembers. */
final class Grace {

    /** A connection takes some 100 ms, more on a busy host; the word of a running ZooKeeper is worth waiting for. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    private Grace() {}
}
