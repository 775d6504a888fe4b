package io.inkstream.bench;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.ServedDigit;
import io.inkstream.schemas.v1.WaitingImage;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Makes of each number an image with an id of its own and what was read in it, at a rate; counts the images. */
final class WaitingImages extends RichFlatMapFunction<Long, FeedbackEvent> {
    static final String COUNT = "images";

    private static final long serialVersionUID = 1L;

    /** Spreads consecutive numbers over all ids. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final byte[][] pixels;
    private final int rate;
    private transient LongCounter count;
    private transient long start;

    /** @param pixels of some digits, which come over and over */
    WaitingImages(byte[][] pixels, int rate) {
        this.pixels = pixels;
        this.rate = rate;
    }

    @Override
    public void open(OpenContext context) {
        count = new LongCounter();
        getRuntimeContext().addAccumulator(COUNT, count);
        start = System.nanoTime();
    }

    @Override
    public void flatMap(Long number, Collector<FeedbackEvent> out) {
        while (count.getLocalValuePrimitive() > rate * ((System.nanoTime() - start) / 1e9)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        FeedbackEvent.Builder event = FeedbackEvent.newBuilder()
                .setImageId(new UUID(number * GOLDEN, number).toString())
                .setTime(System.currentTimeMillis());
        ByteString digit = ByteString.copyFrom(pixels[(int) (number % pixels.length)]);
        out.collect(event.setImage(WaitingImage.newBuilder()
                        .setSource("scanner-" + number % 100)
                        .setPixels(digit))
                .build());
        out.collect(event.setServed(ServedDigit.newBuilder()
                        .setVersion(1 + number / 100_000)
                        .setDigit((int) (number % 10)))
                .build());
        count.add(1L);
    }
}
