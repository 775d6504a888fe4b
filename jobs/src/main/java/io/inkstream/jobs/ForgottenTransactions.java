package io.inkstream.jobs;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits transactions, and passes over those that Kafka does not know: it forgets none that is open, so they were committed
 * before, or aborted, and no restart will change that.
 */
@SuppressWarnings("try") // close() may throw InterruptedException because Flink declares Exception
final class ForgottenTransactions implements Committer<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(ForgottenTransactions.class);

    private final Committer<KafkaCommittable> committer;

    ForgottenTransactions(Committer<KafkaCommittable> committer) {
        this.committer = committer;
    }

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests) throws IOException, InterruptedException {
        List<CommitRequest<KafkaCommittable>> forgiving = requests.stream()
                .<CommitRequest<KafkaCommittable>>map(Request::new)
                .toList();
        committer.commit(forgiving);
    }

    @Override
    public void close() throws Exception {
        committer.close();
    }

    private record Request(CommitRequest<KafkaCommittable> request) implements CommitRequest<KafkaCommittable> {

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void signalFailedWithKnownReason(Throwable failure) {
            request.signalFailedWithKnownReason(failure);
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable failure) {
            if (ExceptionUtils.findThrowable(failure, InvalidPidMappingException.class)
                    .isPresent()) {
                LOG.warn(
                        "Kafka does not know transaction {} any more: what was written in it was committed when the savepoint was complete, unless that was cut off then",
                        getCommittable().getTransactionalId(),
                        failure);
                request.signalAlreadyCommitted();
            } else {
                request.signalFailedWithUnknownReason(failure);
            }
        }

        @Override
        public void retryLater() {
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
