package io.inkstream.models.registry;

import java.util.List;
import org.apache.curator.framework.api.transaction.CuratorOp;

/** Decides who may change the registry. */
interface Fence {

    /** Lets everybody through. */
    Fence NONE = new Fence() {
        @Override
        public List<CuratorOp> checks() {
            return List.of();
        }

        @Override
        public void verify() {
            // Nobody is kept out.
        }
    };

    /** What is to hold in the same transaction as a change. */
    List<CuratorOp> checks();

    /**
     * Tells why {@link #checks} would fail.
     *
     * @throws FencedException when they would
     */
    void verify();
}
