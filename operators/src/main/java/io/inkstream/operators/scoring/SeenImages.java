package io.inkstream.operators.scoring;

import java.time.Duration;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyContext;

/**
 * Remembers for some time, in keyed state, which images each source has sent, by their ids, so that one that is sent again is
 * scored once.
 */
final class SeenImages {

    private static final byte SEEN = 1;

    /** RocksDB asks for the time once for so many entries that it compacts. */
    private static final long ENTRIES_PER_TIME_CHECK = 1_000;

    private final KeyContext key;
    private final MapState<String, Byte> ids;

    /** @param key of the state */
    SeenImages(KeyedStateStore store, KeyContext key, Duration memory) {
        this.key = key;
        MapStateDescriptor<String, Byte> descriptor = new MapStateDescriptor<>("seen", Types.STRING, Types.BYTE);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(memory)
                .neverReturnExpired()
                .cleanupInRocksdbCompactFilter(ENTRIES_PER_TIME_CHECK)
                .build());
        ids = store.getMapState(descriptor);
    }

    /** Whether it is the first time, of late, that this source sends this id; from now on it is not. */
    boolean add(String source, String id) throws Exception {
        key.setCurrentKey(source);
        if (ids.contains(id)) {
            return false;
        }
        ids.put(id, SEEN);
        return true;
    }
}
