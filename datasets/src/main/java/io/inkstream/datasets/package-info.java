/**
 * Reads digits from IDX files, a Keras {@code mnist.npz}, folders of PNG and JPEG files and single images, and hands
 * them out as protobuf messages; {@link io.inkstream.datasets.Datasets#open} is the way in.
 *
 * <p>The readers of IDX, NPY and npz are our own: they are a page each, and no well-kept Java library for npz streams an
 * entry, which is what keeps memory bounded here. Files are untrusted: magic numbers, types and sizes are checked
 * against the file's length before anything is allocated.
 */
package io.inkstream.datasets;
