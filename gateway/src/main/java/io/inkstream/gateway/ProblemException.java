package io.inkstream.gateway;

import java.util.OptionalInt;

/** Ends a request with an error: its status, what is wrong, and what would be right. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String remedy;
    private final int retryAfter;

    ProblemException(int status, String error, String remedy) {
        this(status, error, remedy, 0);
    }

    private ProblemException(int status, String error, String remedy, int retryAfter) {
        super(error, null, false, false);
        this.status = status;
        this.remedy = remedy;
        this.retryAfter = retryAfter;
    }

    static ProblemException badRequest(String error, String remedy) {
        return new ProblemException(400, error, remedy);
    }

    static ProblemException notFound(String error, String remedy) {
        return new ProblemException(404, error, remedy);
    }

    static ProblemException tooLarge(String error, String remedy) {
        return new ProblemException(413, error, remedy);
    }

    /** The client asks for more than there is room for. */
    static ProblemException tooMany(String error, String remedy) {
        return new ProblemException(429, error, remedy, 1);
    }

    /** Something behind the gateway does not work at the moment. */
    static ProblemException unavailable(String error, String remedy) {
        return new ProblemException(503, error, remedy, 2);
    }

    int status() {
        return status;
    }

    String remedy() {
        return remedy;
    }

    /** Seconds. */
    OptionalInt retryAfter() {
        return retryAfter == 0 ? OptionalInt.empty() : OptionalInt.of(retryAfter);
    }
}
