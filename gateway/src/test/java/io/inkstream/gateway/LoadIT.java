package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
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

    @Test
    void twoHundredClientsGetAnswersOr429AndNothingElse(Sandbox sandbox) throws Exception {
        byte[] seven = Files.readAllBytes(Stack.SAMPLES.resolve("seven.png"));
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        try (Stack stack = Stack.scoring(sandbox);
                Gateway gateway = stack.gateway(
                        stack.settings().withLimits(Limits.defaults().withAtOnce(CLIENTS / 2, 10, 10)))) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
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
            for (Future<?> client : running) {
                client.get();
            }
            clients.shutdown();

            assertThat(statuses.keySet()).as(statuses.toString()).isSubsetOf(200, 202, 429);
            assertThat(statuses.get(200).sum()).isPositive();
            assertThat(workers()).isBetween(1L, CLIENTS / 2 + 20L);
            assertThat(new Http(gateway.url()).get("/metrics").body()).contains("inkstream_gateway_waiting_images 0.0");
        }
    }

    /** The threads of the server: as many as requests may be under way, and some, however many clients there are. */
    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("XNIO-"))
                .count();
    }
}
