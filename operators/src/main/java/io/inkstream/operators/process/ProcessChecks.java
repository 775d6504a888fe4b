package io.inkstream.operators.process;

import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.StreamOperator;

/**
 * Refuses to work in a process that is not made for it. For good: a restart would meet the same process.
 *
 * <p>A client sees the processes of the cluster only where it is one of them; the tasks always do.
 */
public final class ProcessChecks {

    private static final Library ND4J = new Library("ND4J", "org.nd4j.linalg.factory.Nd4j");
    private static final Library JAVACPP = new Library("JavaCPP", "org.bytedeco.javacpp.Loader");
    private static final Library ONNX_RUNTIME = new Library("ONNX Runtime", "ai.onnxruntime.OrtEnvironment");

    /** @param type a class of it, which has to be found but need not be initialised */
    private record Library(String name, String type) {}

    private ProcessChecks() {}

    /**
     * Returns where this process may train.
     *
     * @throws SuppressRestartsException where not; says why, and how to mend it
     */
    public static void requireForTraining() {
        refuse(threads(System.getenv()));
        require(ND4J, JAVACPP);
    }

    /**
     * Returns where this process may score. ONNX Runtime is not linked with OpenMP: its threads are no matter.
     *
     * @throws SuppressRestartsException where not; says why, and how to mend it
     */
    public static void requireForScoring() {
        require(ONNX_RUNTIME);
    }

    /** What is wrong with the number of threads that OpenMP takes in a process of this environment. */
    public static Optional<String> threads(Map<String, String> environment) {
        String threads = environment.getOrDefault("OMP_NUM_THREADS", "not set");
        return threads.equals("1")
                ? Optional.empty()
                : Optional.of(("OMP_NUM_THREADS is %s in the environment of the process that trains: with more than one"
                                + " thread a network trains slower, and not to the same bits. Put export"
                                + " OMP_NUM_THREADS=1 before taskmanager.sh, or containerized.taskmanager.env."
                                + "OMP_NUM_THREADS: 1 into config.yaml on Kubernetes and YARN")
                        .formatted(threads));
    }

    /** Which of the libraries with natives comes with the job. Those that are not found are no matter. */
    public static Optional<String> nativesInTheJob() {
        return List.of(ND4J, JAVACPP, ONNX_RUNTIME).stream()
                .map(ProcessChecks::inTheJob)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static void require(Library... libraries) {
        for (Library library : libraries) {
            if (find(library).isEmpty()) {
                refuse(Optional.of("%s is not on the class path of this TaskManager: put its jars into Flink's lib/"
                        .formatted(library.name())));
            }
            refuse(inTheJob(library));
        }
    }

    private static void refuse(Optional<String> problem) {
        problem.ifPresent(words -> {
            throw new SuppressRestartsException(new IllegalStateException(words));
        });
    }

    private static Optional<String> inTheJob(Library library) {
        return find(library)
                .filter(type -> !isSharedByAllJobs(type.getClassLoader()))
                .map(type ->
                        ("%s comes with the job, from %s: its native libraries would be unpacked and loaded anew for"
                                        + " each submission, and stay. Take it out of the job jar and of -C"
                                        + " (pipeline.classpaths), and put its jars into Flink's lib/ on every host")
                                .formatted(library.name(), origin(type)));
    }

    private static Optional<Class<?>> find(Library library) {
        try {
            return Optional.of(Class.forName(library.type(), false, ProcessChecks.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Whether it is Flink's own class loader, or one above it. */
    private static boolean isSharedByAllJobs(ClassLoader loader) {
        ClassLoader shared = StreamOperator.class.getClassLoader();
        while (shared != null && shared != loader) {
            shared = shared.getParent();
        }
        return shared == loader;
    }

    private static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null ? "somewhere" : source.getLocation().toString();
    }
}
