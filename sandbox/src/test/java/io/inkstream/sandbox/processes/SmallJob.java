package io.inkstream.sandbox.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A job as somebody else would submit it: counts up to its first argument, slowly, with checkpoints. */
public final class SmallJob {
    private static final double PER_SECOND = 1_000;
    private static final long CHECKPOINT_EVERY_MS = 200;

    private SmallJob() {}

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.enableCheckpointing(CHECKPOINT_EVERY_MS);
        env.setParallelism(2);
        DataGeneratorSource<Long> numbers = new DataGeneratorSource<>(
                number -> number, Long.parseLong(args[0]), RateLimiterStrategy.perSecond(PER_SECOND), Types.LONG);
        env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers").sinkTo(new DiscardingSink<>());
        env.execute("counting");
    }

    /** The jar of this class alone. */
    static Path jar(Path folder) throws IOException {
        Path jar = folder.resolve("small-job.jar");
        String name = SmallJob.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream code = SmallJob.class.getResourceAsStream("/" + name)) {
            out.putNextEntry(new JarEntry(name));
            code.transferTo(out);
        }
        return jar;
    }
}
