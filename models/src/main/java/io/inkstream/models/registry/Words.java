package io.inkstream.models.registry;

/** Keeps what people and exceptions say to a length that fits into ZooKeeper many times over. */
final class Words {

    /** A node may hold 1 MB, and a person reads a line or two. */
    static final int LIMIT = 1_000;

    private Words() {}

    /** Cuts to {@link #LIMIT} characters, never through the middle of one that takes two. */
    static String cut(String words) {
        if (words.length() <= LIMIT) {
            return words;
        }
        int end = LIMIT - 1;
        return words.substring(0, Character.isHighSurrogate(words.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
