package io.inkstream.operators.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.FlinkUserCodeClassLoader;
import org.apache.flink.util.FlinkUserCodeClassLoaders;
import org.apache.flink.util.MutableURLClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessChecksTest {

    @Test
    void thisProcessIsAsItShouldBe() {
        assertThatCode(ProcessChecks::requireForTraining).doesNotThrowAnyException();
        assertThatCode(ProcessChecks::requireForScoring).doesNotThrowAnyException();
        assertThat(ProcessChecks.nativesInTheJob()).isEmpty();
        assertThat(ProcessChecks.threads(Map.of("OMP_NUM_THREADS", "1"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "", "1,1"})
    void anotherNumberOfThreadsIsTold(String threads) {
        assertThat(ProcessChecks.threads(Map.of("OMP_NUM_THREADS", threads)))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .contains("OMP_NUM_THREADS is " + threads, "export OMP_NUM_THREADS=1 before taskmanager.sh"));
    }

    @Test
    void aProcessWithoutThatSettingDoesNotTrainAndIsNotTriedAgain() throws Exception {
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Training.class.getName())
                .redirectErrorStream(true);
        java.environment().remove("OMP_NUM_THREADS");
        Process process = java.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .contains(
                        "SuppressRestartsException",
                        "OMP_NUM_THREADS is not set",
                        "containerized.taskmanager.env.OMP_NUM_THREADS: 1");
    }

    /** For a process of its own. */
    static final class Training {
        public static void main(String[] args) {
            ProcessChecks.requireForTraining();
        }
    }

    @Test
    void nativesOfTheJobAreToldAndWhereTheyComeFrom() throws Exception {
        URL nd4j = jar("org.nd4j.linalg.factory.Nd4j");
        try (MutableURLClassLoader job = jobWith(getClass().getClassLoader(), nd4j)) {
            assertThat(nativesInTheJob(job))
                    .hasValueSatisfying(problem -> assertThat(problem)
                            .contains("ND4J comes with the job, from " + nd4j, "pipeline.classpaths", "lib/"));
            assertThatThrownBy(() -> call(job, "requireForTraining"))
                    .hasCauseInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage(nativesInTheJob(job).orElseThrow());
            assertThatCode(() -> call(job, "requireForScoring")).doesNotThrowAnyException();
        }
        try (MutableURLClassLoader job = jobWith(getClass().getClassLoader(), jar("ai.onnxruntime.OrtEnvironment"))) {
            assertThatThrownBy(() -> call(job, "requireForScoring"))
                    .hasCauseInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage(nativesInTheJob(job).orElseThrow());
        }
    }

    @Test
    void nativesThatAreNowhereAreToldInTheTaskOnly() throws Exception {
        ClassLoader cluster = new ClassLoader(getClass().getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("ai.onnxruntime.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
        try (MutableURLClassLoader job = jobWith(cluster)) {
            assertThat(nativesInTheJob(job)).isEmpty();
            assertThatThrownBy(() -> call(job, "requireForScoring"))
                    .hasCauseInstanceOf(SuppressRestartsException.class)
                    .rootCause()
                    .hasMessageContainingAll("ONNX Runtime is not on the class path", "lib/");
        }
    }

    /** Flink's loader for a job whose jar holds this module, and what is named. */
    private static MutableURLClassLoader jobWith(ClassLoader cluster, URL... more) throws Exception {
        URL[] jars = Stream.concat(Stream.of(jar(ProcessChecks.class.getName())), Stream.of(more))
                .toArray(URL[]::new);
        return FlinkUserCodeClassLoaders.childFirst(
                jars,
                cluster,
                CoreOptions.getParentFirstLoaderPatterns(new Configuration()),
                FlinkUserCodeClassLoader.NOOP_EXCEPTION_HANDLER,
                true);
    }

    private static URL jar(String type) throws ClassNotFoundException {
        return Class.forName(type, false, ProcessChecksTest.class.getClassLoader())
                .getProtectionDomain()
                .getCodeSource()
                .getLocation();
    }

    private static Optional<String> nativesInTheJob(ClassLoader job) throws Exception {
        return ((Optional<?>) call(job, "nativesInTheJob")).map(String.class::cast);
    }

    private static Object call(ClassLoader job, String check) throws Exception {
        return Class.forName(ProcessChecks.class.getName(), true, job)
                .getMethod(check)
                .invoke(null);
    }
}
