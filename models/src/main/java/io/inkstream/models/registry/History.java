package io.inkstream.models.registry;

import io.inkstream.schemas.v1.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;

/** The moves of the live pointer, newest {@value #LIMIT}, each made in the transaction that moved the pointer. */
final class History {

    static final int LIMIT = 1_000;

    private static final byte[] NOTHING = {};
    private static final String PREFIX = "move-";
    /** More than one is too many only where something was written by hand. */
    private static final int DELETED_AT_ONCE = 100;

    private final Znodes znodes;

    History(Znodes znodes) {
        this.znodes = znodes;
    }

    /** Oldest first. */
    List<Move> read() {
        List<Move> moves = new ArrayList<>();
        for (String name : znodes.list(znodes.history())) {
            // It may have become too old meanwhile.
            read(name).ifPresent(moves::add);
        }
        return moves;
    }

    private Optional<Move> read(String name) {
        String path = znodes.move(name);
        return znodes.read(path).map(node -> MetadataJson.move(path, node.json()));
    }

    /** From where the pointer came to {@code live} most recently. */
    OptionalLong before(long live) {
        List<String> names = znodes.list(znodes.history());
        for (int i = names.size() - 1; i >= 0; i--) {
            Optional<Move> move = read(names.get(i));
            if (move.isPresent() && move.get().getTo() == live) {
                long from = move.get().getFrom();
                return from == 0 ? OptionalLong.empty() : OptionalLong.of(from);
            }
        }
        return OptionalLong.empty();
    }

    /** Adds a move and deletes what is too old. */
    List<CuratorOp> append(Move move) {
        znodes.createUnlessThere(znodes.history(), NOTHING);
        List<CuratorOp> operations = new ArrayList<>();
        operations.add(znodes.create(znodes.move(PREFIX), CreateMode.PERSISTENT_SEQUENTIAL, move));
        List<String> names = znodes.list(znodes.history());
        names.stream()
                .limit(Math.min(Math.max(0, names.size() + 1 - LIMIT), DELETED_AT_ONCE))
                .forEach(name -> operations.add(znodes.delete(znodes.move(name))));
        return operations;
    }
}
