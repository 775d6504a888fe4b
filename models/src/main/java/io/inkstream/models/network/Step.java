package io.inkstream.models.network;

/**
 * What one mini-batch told: how many of its samples the network got right, and its loss, before it was trained on them.
 *
 * @param samples in the mini-batch
 * @param correct samples whose most probable class was their label
 * @param lossSum cross-entropy in nats, summed over the samples
 */
public record Step(int samples, int correct, double lossSum) {}
