package io.inkstream.jobs;

import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.client.deployment.executors.LocalExecutor;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** From where, and to where, a job is submitted, as far as the checks differ by it. */
enum Deployment {
    /** To a cluster of its own in this process. */
    LOCAL,
    /** From the JobManager: one that takes over runs main again, maybe while a server is away. */
    APPLICATION,
    /** From a client, by somebody who reads what is refused. */
    CLIENT;

    static Deployment of(StreamExecutionEnvironment env) {
        String target = env.getConfiguration().get(DeploymentOptions.TARGET);
        if (LocalExecutor.NAME.equals(target)) {
            return LOCAL;
        }
        return EmbeddedExecutor.NAME.equals(target) ? APPLICATION : CLIENT;
    }
}
