package io.inkstream.models.registry;

/**
 * What a node held when it was read.
 *
 * @param revision the node's data version, for a change that is to fail where another came in between
 * @param <M> its message
 */
record Stored<M>(M message, int revision) {}
