package io.inkstream.operators.scoring;

import io.inkstream.operators.serialization.ProtobufTypeInfo;
import io.inkstream.schemas.v1.SourceState;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.operators.KeyContext;

/**
 * The history of each source, in keyed state; those of the sources that were busy last are in memory as well, and written
 * before each checkpoint: most images then cost no access to RocksDB.
 */
final class SourceHistories {

    /** At some 400 bytes each; so many are written before a barrier in about 10 ms. */
    static final int IN_MEMORY = 4_096;

    private final KeyContext key;
    private final ValueState<SourceState> state;
    /** In the order of their last use. */
    private final Map<String, SourceHistory> busy = new LinkedHashMap<>(16, 0.75f, true);

    /** @param key of the state */
    SourceHistories(KeyedStateStore store, KeyContext key) {
        this.key = key;
        state = store.getState(new ValueStateDescriptor<>("source", ProtobufTypeInfo.forMessage(SourceState.class)));
    }

    /** May write another one to the state: the current key is not what it was. */
    SourceHistory of(String source) throws IOException {
        SourceHistory history = busy.get(source);
        if (history == null) {
            key.setCurrentKey(source);
            history = SourceHistory.of(state.value());
            makeRoom();
            busy.put(source, history);
        }
        return history;
    }

    private void makeRoom() throws IOException {
        if (busy.size() >= IN_MEMORY) {
            Iterator<Map.Entry<String, SourceHistory>> all = busy.entrySet().iterator();
            Map.Entry<String, SourceHistory> idle = all.next();
            write(idle.getKey(), idle.getValue());
            all.remove();
        }
    }

    /** Brings the state up to date, for a checkpoint. */
    void write() throws IOException {
        for (Map.Entry<String, SourceHistory> source : busy.entrySet()) {
            write(source.getKey(), source.getValue());
        }
    }

    private void write(String source, SourceHistory history) throws IOException {
        if (history.isNews()) {
            key.setCurrentKey(source);
            state.update(history.save());
        }
    }
}
