package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;

class FlinkConfTest {

    private final Configuration conf = GlobalConfiguration.loadConfiguration("../flink-conf");

    @Test
    void itsMemoryAddsUp() {
        TaskExecutorProcessSpec taskManager = TaskExecutorProcessUtils.processSpecFromConfig(conf);
        assertThat(taskManager.getTotalProcessMemorySize().getMebiBytes()).isEqualTo(4_096);
        assertThat(taskManager.getTaskOffHeapSize().getMebiBytes()).isEqualTo(1_024);
        assertThat(JobManagerProcessUtils.processSpecFromConfig(conf)
                        .getTotalProcessMemorySize()
                        .getMebiBytes())
                .isEqualTo(1_600);
    }

    @Test
    void itTurnsOneDnnOn() {
        assertThat(conf.get(CoreOptions.FLINK_TM_JVM_OPTIONS))
                .contains("-Dorg.eclipse.deeplearning4j.helpers.disable=false");
    }
}
