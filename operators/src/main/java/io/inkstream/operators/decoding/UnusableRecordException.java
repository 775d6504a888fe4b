package io.inkstream.operators.decoding;

import io.inkstream.schemas.v1.RejectionReason;

/** A record that cannot be used, with the reason and a sentence for people. Common in hostile streams: no stack trace. */
final class UnusableRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    UnusableRecordException(RejectionReason reason, String explanation) {
        super(explanation, null, false, false);
        this.reason = reason;
    }

    RejectionReason reason() {
        return reason;
    }
}
