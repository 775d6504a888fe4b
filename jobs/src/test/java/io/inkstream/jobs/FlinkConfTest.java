package io.inkstream.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.HighAvailabilityMode;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkConfTest {

    private static final Path FLINK_CONF = Path.of("../flink-conf");

    private final Configuration conf = GlobalConfiguration.loadConfiguration(FLINK_CONF.toString());

    @Test
    void itsMemoryAddsUp() {
        TaskExecutorProcessSpec taskManager = TaskExecutorProcessUtils.processSpecFromConfig(conf);
        assertThat(taskManager.getTotalProcessMemorySize().getMebiBytes()).isEqualTo(4_096);
        assertThat(taskManager.getTaskOffHeapSize().getMebiBytes()).isEqualTo(1_024);
        assertThat(taskManager.getTaskHeapSize().getMebiBytes()).isGreaterThan(1_024);
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

    /** With what is commented out, which begins with "# " and a key. */
    @Test
    void flinkKnowsEachKey(@TempDir Path folder) throws IOException {
        String all = Files.readString(FLINK_CONF.resolve("config.yaml"))
                .replaceAll("(?m)^# (?=[a-z ]*[a-zA-Z-]+:( |$))", "");
        Files.writeString(folder.resolve("config.yaml"), all);
        Configuration everything = GlobalConfiguration.loadConfiguration(folder.toString());
        Set<String> known = Stream.of(
                        CheckpointingOptions.class,
                        ClusterOptions.class,
                        CoreOptions.class,
                        HeartbeatManagerOptions.class,
                        HighAvailabilityOptions.class,
                        JobManagerOptions.class,
                        MetricOptions.class,
                        RestOptions.class,
                        RestartStrategyOptions.class,
                        TaskManagerOptions.class,
                        WebOptions.class)
                .flatMap(options -> Arrays.stream(options.getFields()))
                .filter(field -> field.getType() == ConfigOption.class)
                .map(FlinkConfTest::key)
                .collect(Collectors.toSet());

        assertThat(HighAvailabilityMode.fromConfig(everything)).isEqualTo(HighAvailabilityMode.ZOOKEEPER);
        assertThat(everything.keySet())
                .hasSizeGreaterThan(20)
                .allMatch(key -> known.contains(key)
                        || key.equals("containerized.taskmanager.env.OMP_NUM_THREADS")
                        || key.startsWith("metrics.reporter.prom.")
                        // Handed to Hadoop's client as they are.
                        || key.startsWith("flink.hadoop."));
    }

    @Test
    void allJobsTakeTheExampleOfTheirOptions() {
        String[] args = {"--config", FLINK_CONF.resolve("job.yaml").toString()};

        assertThat(CommandLines.parse(new TrainingOptions(), args, TrainingOptions::validate))
                .isPresent();
        assertThat(CommandLines.parse(new FeedbackOptions(), args, FeedbackOptions::validate))
                .isPresent();
        assertThat(CommandLines.parse(new ScoringOptions(), args, ScoringOptions::validate)
                        .orElseThrow()
                        .connections()
                        .root())
                .isEqualTo("hdfs://namenode:8020/inkstream");
    }

    private static String key(Field option) {
        try {
            return ((ConfigOption<?>) option.get(null)).key();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
