package io.inkstream.operators.training;

/** The records that were read again are not those that a version's lineage tells of. */
public final class OtherRecordsException extends Exception {

    private static final long serialVersionUID = 1L;

    OtherRecordsException(String difference) {
        super(difference);
    }
}
