package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Decides which labelled images are never trained on, by the hash of their id: the same image is held out or not wherever
 * and whenever it is read, also when it is read again to rebuild a version.
 */
final class Holdout {

    private Holdout() {}

    /** @param share of all ids, from 0 to below 1 */
    static boolean contains(String id, double share) {
        return share > 0 && unit(id) < share;
    }

    /** The first 32 bits of the id's SHA-256, as a number from 0 to below 1. */
    private static double unit(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(UTF_8));
            return Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt()) / 0x1p32;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
