package io.inkstream.bench;

import io.inkstream.models.onnx.OnnxScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** ONNX Runtime with nothing around it, on as many threads as the pipeline has scorers: what that is compared with. */
final class BareScoring {
    private static final long WINDOW_NANOS = 200_000_000;

    private BareScoring() {}

    /**
     * Scores the same images over and over, {@code batch} in a call, with a session for each thread.
     *
     * @return images per CPU-second of these threads, the mean of their medians
     */
    static double run(Callable<OnnxScorer> model, Digits digits, int batch, int threads, int windows) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Double>> rates = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                rates.add(pool.submit(() -> {
                    try (OnnxScorer scorer = model.call()) {
                        return loop(scorer, digits, Math.min(batch, digits.size()), windows);
                    }
                }));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum / threads;
        } finally {
            pool.shutdownNow();
        }
    }

    static double loop(OnnxScorer scorer, Digits digits, int n, int count) {
        byte[] pixels = new byte[n * Digits.PIXELS];
        byte[] labels = new byte[n];
        Windows windows = Windows.ofCpuTime(WINDOW_NANOS);
        for (int i = 0; windows.closed() < count; i = i + 2 * n <= digits.size() ? i + n : 0) {
            digits.copy(i, n, pixels, labels);
            scorer.score(pixels, n);
            windows.add(n);
        }
        return windows.median();
    }
}
