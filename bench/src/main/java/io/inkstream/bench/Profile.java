package io.inkstream.bench;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where the CPU time of the engine went, all in CPU-seconds for 1,000 images.
 *
 * @param all of the process
 * @param byThread what the threads are there for; unknown are native libraries' and those that have ended
 * @param byStage of the Java threads, by samples of their stacks
 * @param scorerByStage of the scorer's tasks alone
 * @param sourceByStage of the source's tasks alone
 * @param hottest the methods in which the threads were most, the innermost frames
 */
record Profile(
        double all,
        Map<String, Double> byThread,
        Map<String, Double> byStage,
        Map<String, Double> scorerByStage,
        Map<String, Double> sourceByStage,
        List<Hot> hottest) {

    private static final int HOTTEST = 10;

    /** One method, and where it is called from most. */
    record Hot(String method, String stage, double cost) {}

    /**
     * Puts together what threads used and what they were seen at: a thread's CPU time is dealt out to its samples.
     *
     * @param images scored meanwhile
     */
    static Profile of(CpuTimes used, List<StackSamples.Sample> samples, long images) {
        // From nanoseconds for all of them to seconds for 1,000.
        double divisor = 1e6 * images;
        Map<String, Double> byThread = new HashMap<>();
        used.threads()
                .values()
                .forEach(thread ->
                        byThread.merge(Role.of(thread.name()).toString(), thread.nanos() / divisor, Double::sum));
        used.jvm().forEach((kind, nanos) -> byThread.put(kind, nanos / divisor));
        double known =
                byThread.values().stream().mapToDouble(Double::doubleValue).sum();
        byThread.put("unknown", used.process() / divisor - known);
        Map<Long, Double> weights = samples.stream()
                .collect(Collectors.groupingBy(
                        StackSamples.Sample::thread, Collectors.summingDouble(StackSamples.Sample::weight)));
        List<Share> shares = samples.stream()
                .filter(sample -> used.threads().containsKey(sample.thread()))
                .map(sample -> share(
                        sample, used.threads().get(sample.thread()), 1 / (divisor * weights.get(sample.thread()))))
                .toList();
        return new Profile(
                used.process() / divisor,
                descending(byThread),
                byStage(shares, null),
                byStage(shares, Role.SCORER),
                byStage(shares, Role.SOURCE),
                hottest(shares));
    }

    private record Share(Role role, Stage stage, String method, double cost) {}

    private static Share share(StackSamples.Sample sample, CpuTimes.ThreadTime thread, double perWeight) {
        return new Share(
                Role.of(thread.name()),
                Stage.of(sample.classes()),
                sample.frames().isEmpty() ? "?" : sample.frames().get(0).toString(),
                sample.weight() * thread.nanos() * perWeight);
    }

    private static Map<String, Double> byStage(List<Share> shares, Role role) {
        Map<Stage, Double> byStage = new EnumMap<>(Stage.class);
        for (Share share : shares) {
            if (role == null || share.role() == role) {
                byStage.merge(share.stage(), share.cost(), Double::sum);
            }
        }
        return descending(byStage);
    }

    private static List<Hot> hottest(List<Share> shares) {
        Map<String, Map<Stage, Double>> methods = new HashMap<>();
        for (Share share : shares) {
            methods.computeIfAbsent(share.method(), any -> new TreeMap<>())
                    .merge(share.stage(), share.cost(), Double::sum);
        }
        return methods.entrySet().stream()
                .map(entry -> new Hot(
                        entry.getKey(),
                        descending(entry.getValue()).keySet().iterator().next(),
                        entry.getValue().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum()))
                .sorted(Comparator.comparingDouble(Hot::cost).reversed())
                .limit(HOTTEST)
                .toList();
    }

    private static <K> Map<String, Double> descending(Map<K, Double> costs) {
        Map<String, Double> sorted = new LinkedHashMap<>();
        costs.entrySet().stream()
                .sorted(Map.Entry.<K, Double>comparingByValue().reversed())
                .forEach(entry -> sorted.put(entry.getKey().toString(), entry.getValue()));
        return sorted;
    }
}
