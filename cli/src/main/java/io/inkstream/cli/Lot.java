package io.inkstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Draws a lot for an image by the hash of its id: the same one at each run, and another one for each purpose. */
final class Lot {
    private Lot() {}

    /** From 0 to 1, 1 excluded. */
    static double draw(String purpose, String id) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] hash = sha256.digest((purpose + '\n' + id).getBytes(UTF_8));
            return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1p-53;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
