package io.inkstream.jobs.chaos;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/** No transaction is open: each holds back the readers of its partitions until it times out. */
final class TransactionCheck {
    private static final Set<TransactionState> ENDED =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_COMMIT, TransactionState.COMPLETE_ABORT);

    private TransactionCheck() {}

    static List<String> violations(Collection<TransactionListing> transactions) {
        return transactions.stream()
                .filter(transaction -> !ENDED.contains(transaction.state()))
                .map(transaction -> "%s is %s".formatted(transaction.transactionalId(), transaction.state()))
                .sorted()
                .toList();
    }
}
