package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients at once, each sending its next image when the last is answered: {@code -Dinkstream.load.seconds=60} for long. */
@ExtendWith(SandboxExtension.class)
class LoadIT {
    private static final int CLIENTS = 200;
    private static final int SECONDS = Integer.getInteger("inkstream.load.seconds", 10);
    private static final long NANOS = TimeUnit.SECONDS.toNanos(SECONDS);
    /** Of the heap of this JVM, which has the gateway, its clients, the jobs and all servers. */
    private static final long MAX_GROWTH = 8 << 20;

    @Test
    void twoHundredClientsGetAnswersOr429AndNothingElse(Sandbox sandbox) throws Exception {
        byte[] seven = Files.readAllBytes(Stack.SAMPLES.resolve("seven.png"));
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(
                        stack.settings().withLimits(Limits.defaults().withAtOnce(CLIENTS / 2, 10, 10)))) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            long end = System.nanoTime() + NANOS;
            Http http = new Http(gateway.url());
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> {
                    while (System.nanoTime() < end) {
                        int status = http.post("/digits/classify", seven).statusCode();
                        statuses.computeIfAbsent(status, first -> new LongAdder())
                                .increment();
                    }
                    return null;
                }));
            }
            await().atMost(SECONDS, TimeUnit.SECONDS).until(() -> System.nanoTime() > end - NANOS / 2);
            long before = heapAfterCollection();
            long half = answers(statuses);
            for (Future<?> client : running) {
                client.get();
            }
            clients.shutdown();

            assertThat(answers(statuses)).isGreaterThan(half);
            // What is under way when the heap is looked at goes; what each request leaves stays.
            await().atMost(Stack.PATIENCE)
                    .untilAsserted(() -> assertThat(heapAfterCollection() - before)
                            .as("growth of the heap")
                            .isLessThan(MAX_GROWTH));
            assertThat(statuses.keySet()).as(statuses.toString()).isSubsetOf(200, 202, 429);
            assertThat(statuses.get(200).sum()).isPositive();
            assertThat(workers()).isBetween(1L, CLIENTS / 2 + 20L);
            assertThat(new Http(gateway.url()).get("/metrics").body()).contains("inkstream_gateway_waiting_images 0.0");
        }
    }

    private static long answers(Map<Integer, LongAdder> statuses) {
        return statuses.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The threads of the server: as many as requests may be under way, and some, however many clients there are. */
    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("XNIO-"))
                .count();
    }
}
