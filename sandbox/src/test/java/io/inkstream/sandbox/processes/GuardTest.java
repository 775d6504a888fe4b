package io.inkstream.sandbox.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the servers when the JVM that has started them is killed. */
@DisabledOnOs(OS.WINDOWS)
class GuardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /** Starts two servers that do nothing, pauses the second, says their process ids, and stays. */
    static final class Parent {
        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            long first = server(folder.resolve("first.log"));
            long second = server(folder.resolve("second.log"));
            Pause.of(second);
            System.out.println(first + " " + second);
            new CountDownLatch(1).await();
        }

        private static long server(Path log) throws Exception {
            return new JvmCommand(classPath(), List.of("-Xmx16m"), Idle.class.getName(), List.of(), Map.of())
                    .start(log)
                    .pid();
        }
    }

    /** A server that does nothing. */
    public static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws InterruptedException {
            System.out.println("idle");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void noServerOutlivesAParentThatIsKilledNotEvenAPausedOne() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] pids = parent.inputReader().readLine().split(" ", 2);
        List<ProcessHandle> servers = List.of(process(pids[0]), process(pids[1]));

        parent.destroyForcibly().waitFor();

        await().atMost(PATIENCE).until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void ctrlCInTheTerminalIsNotForTheServers() throws Exception {
        Path log = folder.resolve("idle.log");
        Process server =
                new JvmCommand(classPath(), List.of("-Xmx16m"), Idle.class.getName(), List.of(), Map.of()).start(log);
        await().atMost(PATIENCE).until(() -> Files.readString(log).contains("idle"));

        signal("INT", server);
        signal("TERM", server);

        assertThat(server.waitFor()).isEqualTo(128 + 15);
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static ProcessHandle process(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static List<Path> classPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .map(Path::of)
                .toList();
    }
}
