package io.inkstream.models.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.v1.ImageReservoir;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReservoirTest {
    private static final int PIXELS = DigitNetwork.PIXELS;

    @Test
    void usageExample() {
        Reservoir reservoir = new Reservoir(20);
        offer(reservoir, 0, 1_000, 3);
        offer(reservoir, 1_000, 1_001, 8);

        assertThat(reservoir.size()).isEqualTo(3);
        assertThat(reservoir.size(3)).isEqualTo(2);
        assertThat(numbers(reservoir, 8)).containsExactly(1_000);
    }

    @Test
    void everyImageOfADigitIsAsLikelyToBeKept() {
        Reservoir reservoir = new Reservoir(10_000);
        offer(reservoir, 0, 10_000, 0);

        List<Integer> kept = numbers(reservoir, 0);
        assertThat(kept).hasSize(1_000).doesNotHaveDuplicates();
        // A tenth of the images from each tenth of the stream: 100, of standard deviation 9.
        assertThat(tenths(kept)).allSatisfy(n -> assertThat(n).isBetween(60, 140));
    }

    @Test
    void goesOnFromAStateAsIfNothingHadHappened() throws Exception {
        Reservoir undisturbed = new Reservoir(50);
        Reservoir interrupted = new Reservoir(50);
        for (int digit = 0; digit < 10; digit += 2) {
            offer(undisturbed, 0, 40, digit);
            offer(interrupted, 0, 40, digit);
        }
        ImageReservoir state = ImageReservoir.parseFrom(interrupted.state().toByteArray());
        Reservoir restored = Reservoir.restore(50, state);

        assertThat(restored.state()).isEqualTo(state);
        offer(undisturbed, 40, 200, 4);
        offer(restored, 40, 200, 4);
        assertThat(restored.state()).isEqualTo(undisturbed.state());
        assertThat(restored.state()).isNotEqualTo(state);
    }

    @Test
    void aMergerIsAgainAUniformChoiceOfAll() {
        Reservoir many = new Reservoir(10_000);
        Reservoir few = new Reservoir(10_000);
        offer(many, 0, 7_500, 5);
        offer(few, 7_500, 10_000, 5);
        offer(few, 0, 7, 6);

        Reservoir merged = Reservoir.merge(10_000, List.of(many.state(), few.state()));

        assertThat(merged.state().getOffered(5)).isEqualTo(10_000);
        assertThat(numbers(merged, 5)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(tenths(numbers(merged, 5))).allSatisfy(n -> assertThat(n).isBetween(60, 140));
        assertThat(numbers(merged, 6)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void aMergerIsTheSameEachTimeAndFillsItsRoom() {
        Reservoir one = new Reservoir(100);
        Reservoir other = new Reservoir(100);
        offer(one, 0, 1_000_000, 2);
        offer(other, 1_000_000, 1_000_004, 2);
        List<ImageReservoir> states = List.of(one.state(), other.state());

        Reservoir merged = Reservoir.merge(100, states);
        assertThat(merged.size(2)).isEqualTo(10);
        assertThat(Reservoir.merge(100, states).state()).isEqualTo(merged.state());
        Reservoir.restore(100, merged.state());
        assertThat(Reservoir.merge(100, List.of(new Reservoir(100).state(), ImageReservoir.getDefaultInstance()))
                        .size())
                .isZero();
    }

    @Test
    void sharesOutItsImagesAndIsMergedAgain() {
        Reservoir whole = new Reservoir(100);
        offer(whole, 0, 1_001, 3);
        offer(whole, 2_000, 2_003, 4);
        List<ImageReservoir> shares = IntStream.range(0, 3)
                .mapToObj(part -> Reservoir.share(100, whole.state(), part, 3))
                .toList();

        List<Reservoir> parts =
                shares.stream().map(share -> Reservoir.restore(100, share)).toList();
        assertThat(parts).extracting(part -> part.size(3)).containsExactly(4, 3, 3);
        assertThat(parts).extracting(part -> part.size(4)).containsExactly(1, 1, 1);
        Reservoir merged = Reservoir.merge(100, shares);
        assertThat(numbers(merged, 3)).containsExactlyInAnyOrderElementsOf(numbers(whole, 3));
        assertThat(numbers(merged, 4)).containsExactlyInAnyOrderElementsOf(numbers(whole, 4));
        assertThat(merged.state().getOfferedList()).isEqualTo(whole.state().getOfferedList());
    }

    @Test
    void refusesADamagedState() {
        Reservoir reservoir = new Reservoir(20);
        offer(reservoir, 0, 3, 7);
        ImageReservoir good = reservoir.state();

        assertRefused(good.toBuilder().setPixels(good.getPixels().substring(1)), "2 images with 1567 bytes");
        assertRefused(good.toBuilder().setLabels(ByteString.copyFrom(new byte[] {7, 10})), "label 10");
        assertRefused(good.toBuilder().setLabels(ByteString.copyFrom(new byte[] {7, -1})), "label -1");
        assertRefused(good.toBuilder().clearOffered(), "0 counts instead of 10");
        assertRefused(good.toBuilder().addOffered(1), "11 counts");
        assertRefused(good.toBuilder().setOffered(7, 1), "keeps 2 images of digit 7", "offered 1");
        assertRefused(good.toBuilder().setOffered(3, -1), "offered 18446744073709551615");
        assertThatThrownBy(() -> Reservoir.restore(10, good)).hasMessageContaining("room for 1 of each digit");
        assertThatThrownBy(() -> Reservoir.merge(10, List.of(good))).hasMessageContaining("room for 1 of each digit");
    }

    private static void assertRefused(ImageReservoir.Builder state, String... parts) {
        assertThatThrownBy(() -> Reservoir.restore(20, state.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }

    /** Images that are told apart by the number in their first bytes. */
    private static void offer(Reservoir reservoir, int from, int to, int digit) {
        byte[] image = new byte[PIXELS];
        for (int number = from; number < to; number++) {
            ByteBuffer.wrap(image).putInt(number);
            reservoir.offer(image, 0, digit);
        }
    }

    private static List<Integer> numbers(Reservoir reservoir, int digit) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < reservoir.size(digit); i++) {
            numbers.add(ByteBuffer.wrap(reservoir.get(digit, i)).getInt());
        }
        return numbers;
    }

    private static List<Integer> tenths(List<Integer> numbers) {
        return IntStream.range(0, 10)
                .map(tenth ->
                        (int) numbers.stream().filter(n -> n / 1_000 == tenth).count())
                .boxed()
                .toList();
    }
}
