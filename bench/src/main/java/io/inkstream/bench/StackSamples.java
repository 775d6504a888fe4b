package io.inkstream.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Samples the stacks of all threads, in Java and in native code, with the JDK's Flight Recorder.
 *
 * <p>The recorder takes each thread that runs Java at each tick, but of the threads in native code one after the other, one
 * a tick, also those that wait there. So that both can be compared, a witness of our own sits in native code all the time:
 * a thread with half the witness' samples was there half of the time.
 */
final class StackSamples implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final String NATIVE = "jdk.NativeMethodSample";
    /** Where native code waits rather than works. */
    private static final List<String> WAITING = List.of(
            "EPoll.wait",
            "Net.poll",
            "Net.accept",
            "PlainSocketImpl.socketAccept",
            "FileInputStream.readBytes",
            "SocketDispatcher.read0",
            "Unsafe.park");

    private final Recording recording = new Recording();
    private final ServerSocket nobodyCalls = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Thread witness = new Thread(this::waitInNativeCode, "bench-witness");
    private final long began;

    /**
     * One sample.
     *
     * @param weight the share of the time since the start that it stands for
     * @param frames the innermost first, class and method
     */
    record Sample(long thread, boolean inNative, double weight, List<Frame> frames) {
        List<String> classes() {
            return frames.stream().map(Frame::type).toList();
        }

        boolean isWaiting() {
            return inNative
                    && !frames.isEmpty()
                    && WAITING.stream().anyMatch(frames.get(0).toString()::endsWith);
        }
    }

    /** A method on a stack. */
    record Frame(String type, String method) {
        @Override
        public String toString() {
            return type + "." + method;
        }
    }

    StackSamples() throws IOException {
        witness.setDaemon(true);
        witness.start();
        recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
        recording.enable(NATIVE).withPeriod(PERIOD);
        recording.start();
        began = System.nanoTime();
    }

    /** Has the recorder change the classes that it changes, before anything is compiled that would have to be again. */
    static void prepare() {
        try (Recording first = new Recording()) {
            first.enable("jdk.ExecutionSample").withPeriod(PERIOD);
            first.enable(NATIVE).withPeriod(PERIOD);
            first.start();
        }
    }

    private void waitInNativeCode() {
        try {
            nobodyCalls.accept().close();
        } catch (IOException closed) {
            // Its time is over.
        }
    }

    /** Ends the recording; without the witness, and without what waits. */
    List<Sample> stop() throws IOException {
        recording.stop();
        double ticks = (System.nanoTime() - began) / (double) PERIOD.toNanos();
        Path file = Files.createTempFile("inkstream-bench-", ".jfr");
        try {
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            long witnessed = events.stream()
                    .filter(event -> isNative(event) && thread(event) == witness.getId())
                    .count();
            return events.stream()
                    .filter(event -> event.hasField("sampledThread") && thread(event) != witness.getId())
                    .map(event -> sample(event, 1 / (isNative(event) ? Math.max(1, witnessed) : ticks)))
                    .filter(sample -> !sample.isWaiting())
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    private static Sample sample(RecordedEvent event, double weight) {
        RecordedStackTrace stack = event.getStackTrace();
        List<Frame> frames = stack == null
                ? List.of()
                : stack.getFrames().stream().map(StackSamples::frame).toList();
        return new Sample(thread(event), isNative(event), weight, frames);
    }

    private static Frame frame(RecordedFrame frame) {
        return new Frame(
                frame.getMethod().getType().getName(), frame.getMethod().getName());
    }

    private static boolean isNative(RecordedEvent event) {
        return event.getEventType().getName().equals(NATIVE);
    }

    private static long thread(RecordedEvent event) {
        return event.getThread("sampledThread") == null
                ? -1
                : event.getThread("sampledThread").getJavaThreadId();
    }

    @Override
    public void close() throws IOException {
        recording.close();
        nobodyCalls.close();
    }
}
