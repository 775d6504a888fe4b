package io.inkstream.gateway;

/** What clients sent, made fit for a message. */
final class Words {
    private static final int LONGEST = 200;

    private Words() {}

    /** On one line, cut where it is long. */
    static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** A failure's message, or its name where it has none. */
    static String of(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : cut(failure.getMessage());
    }
}
