package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.Label;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class LabelScheduleTest {
    private static final OptionalDouble AT_ONCE = OptionalDouble.empty();
    private static final int MANY = 10_000;

    @Test
    void usageExample() {
        List<LabelSchedule.Due> due = schedule(MANY, OptionalDouble.of(100), "0s..10s");

        assertThat(due).hasSize(MANY).isSortedAccordingTo(Comparator.comparingLong(LabelSchedule.Due::nanos));
        assertThat(due)
                .allSatisfy(label -> assertThat(label.nanos() - label.number() * 10_000_000L)
                        .isBetween(0L, Duration.ofSeconds(10).toNanos()));
        assertThat(due)
                .extracting(LabelSchedule.Due::number)
                .doesNotHaveDuplicates()
                .isNotEqualTo(IntStream.range(0, MANY).mapToObj(Long::valueOf).toList());
    }

    @Test
    void withoutDelayTheyComeInOrderAndNoneWaitsInMemory() {
        LabelSchedule schedule = new LabelSchedule(labels(MANY), AT_ONCE, Delay.NONE, 1);

        assertThat(numbers(schedule)).isEqualTo(IntStream.range(0, MANY).boxed().toList());
    }

    /** Whose next line may be a while in coming, as in a pipe. */
    @Test
    void aLabelThatIsDueDoesNotWaitForTheNextLine() {
        Iterator<Label> pipe = new Iterator<>() {
            private boolean read;

            @Override
            public boolean hasNext() {
                assertThat(read).as("asked for a line that has not come yet").isFalse();
                return true;
            }

            @Override
            public Label next() {
                read = true;
                return Label.newBuilder().setImageId("a").build();
            }
        };

        assertThat(new LabelSchedule(pipe, AT_ONCE, Delay.NONE).next().label().getImageId())
                .isEqualTo("a");
    }

    @Test
    void whatWouldNotFitIntoMemoryIsRefusedWithTheRemedy() {
        LabelSchedule all = new LabelSchedule(labels(MANY), AT_ONCE, delay("0s..10s"), 1_000);
        assertThatThrownBy(all::next).isInstanceOf(CliException.class).hasMessageContainingAll("--max", "--rate");

        assertThat(numbers(new LabelSchedule(labels(MANY), OptionalDouble.of(50), delay("0s..10s"), 1_000)))
                .hasSize(MANY);
    }

    @Test
    void delaysAreSpreadAsTheyAreWritten() {
        assertThat(meanMillis("5s")).isEqualTo(5_000);
        assertThat(meanMillis("0s..10m")).isBetween(295_000.0, 305_000.0);
        assertThat(meanMillis("exponential:2m")).isBetween(115_000.0, 125_000.0);
        List<LabelSchedule.Due> late = schedule(MANY, AT_ONCE, "exponential:2m");
        assertThat(late.get(MANY / 2).nanos()).isBetween(nanos(77), nanos(90));
        assertThat(late.get(MANY - 1).nanos()).isGreaterThan(nanos(600));
    }

    @Test
    void theSameImageHasTheSameDelayAtEachRunAndAnotherLotForAnotherPurpose() {
        assertThat(schedule(100, AT_ONCE, "0s..10s")).isEqualTo(schedule(100, AT_ONCE, "0s..10s"));
        assertThat(Lot.draw("delay", "a")).isNotEqualTo(Lot.draw("label", "a")).isNotEqualTo(Lot.draw("delay", "b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "x",
                "-5s",
                "5s..",
                "..5s",
                "10s..5s",
                "1s..2s..3s",
                "exponential",
                "exponential:",
                "1000d"
            })
    void whatIsNoDelayIsRefused(String text) {
        assertThatThrownBy(() -> delay(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void aShareOfTheImagesIsLabelledAndAShareOfThoseFalsely() {
        LabelChoice choice = new LabelChoice(0.3, 0.2, "random-audit", Long.MAX_VALUE);

        List<Label> chosen = choice.of(stream(MANY)).toList();
        assertThat(chosen)
                .hasSizeBetween(2_800, 3_200)
                .allMatch(label -> label.getReason().equals("random-audit"));
        assertThat(chosen.stream()
                        .filter(label -> label.getDigit() != digit(label))
                        .count())
                .isBetween(500L, 700L);
        assertThat(choice.of(stream(MANY))).isEqualTo(chosen);
        assertThat(new LabelChoice(1, 0, "", 7).of(stream(MANY))).hasSize(7);
    }

    @Test
    void aReasonThatIsThereStays() {
        Label label = Label.newBuilder().setImageId("a").setReason("correction").build();

        assertThat(LabelChoice.all("random-audit").of(Stream.of(label))).containsExactly(label);
    }

    private static long nanos(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static Delay delay(String text) {
        return new Delay.Converter().convert(text);
    }

    private static double meanMillis(String delay) {
        return schedule(MANY, AT_ONCE, delay).stream()
                .mapToLong(due -> due.nanos() / 1_000_000)
                .average()
                .orElseThrow();
    }

    private static List<LabelSchedule.Due> schedule(int count, OptionalDouble rate, String delay) {
        List<LabelSchedule.Due> due = new ArrayList<>();
        new LabelSchedule(labels(count), rate, delay(delay)).forEachRemaining(due::add);
        return due;
    }

    private static List<Integer> numbers(LabelSchedule schedule) {
        List<Integer> numbers = new ArrayList<>();
        schedule.forEachRemaining(due -> numbers.add((int) due.number()));
        return numbers;
    }

    private static Iterator<Label> labels(int count) {
        return stream(count).iterator();
    }

    private static Stream<Label> stream(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        Label.newBuilder().setImageId("d-" + i).setDigit(i % 10).build());
    }

    /** The right one. */
    private static int digit(Label label) {
        return Integer.parseInt(label.getImageId().substring(2)) % 10;
    }
}
