package io.inkstream.jobs;

import io.inkstream.models.store.ModelStore;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Refuses at submit what cannot work: what is wrong is said at once and with the line that mends it, and no job restarts
 * for ever because of it. What is nearest comes first, so that nobody waits for a server to be told of a slip of the pen.
 *
 * <p>Reads only. In application mode a server that does not answer is no reason to end: the job waits for it.
 */
final class SubmitChecks {

    private SubmitChecks() {}

    /** @throws RefusedException for what the training job could not run with */
    static void training(StreamExecutionEnvironment env, TrainingOptions options) {
        Deployment deployment = Deployment.of(env);
        Connections connections = options.connections();
        FlinkSettings.require(env.getConfiguration(), options.checkpointInterval());
        NativesChecks.requireForTraining(deployment, System.getenv());
        HdfsChecks.requireHdfs(deployment, connections.root());
        BrokerChecks.training(deployment, options);
        ZooKeeperChecks.require(deployment, connections);
        HdfsChecks.requireWritable(
                deployment,
                connections.root(),
                ModelStore.folder(connections.root(), connections.model()),
                Checkpoints.folder(connections, Checkpoints.TRAINING));
    }

    /** @throws RefusedException for what the scoring job could not run with */
    static void scoring(StreamExecutionEnvironment env, ScoringOptions options) {
        Deployment deployment = Deployment.of(env);
        Connections connections = options.connections();
        FlinkSettings.require(env.getConfiguration(), options.checkpointInterval());
        NativesChecks.requireForScoring();
        HdfsChecks.requireHdfs(deployment, connections.root());
        BrokerChecks.scoring(deployment, options);
        ZooKeeperChecks.require(deployment, connections);
        HdfsChecks.requireWritable(
                deployment, connections.root(), Checkpoints.folder(connections, Checkpoints.SCORING));
    }

    /** @throws RefusedException for what the feedback job could not run with */
    static void feedback(StreamExecutionEnvironment env, FeedbackOptions options) {
        Deployment deployment = Deployment.of(env);
        Connections connections = options.connections();
        FlinkSettings.requireForWaiting(env.getConfiguration(), options.checkpointInterval());
        HdfsChecks.requireHdfs(deployment, connections.root());
        BrokerChecks.feedback(deployment, options);
        ZooKeeperChecks.require(deployment, connections);
        HdfsChecks.requireWritable(
                deployment, connections.root(), Checkpoints.folder(connections, Checkpoints.FEEDBACK));
    }
}
