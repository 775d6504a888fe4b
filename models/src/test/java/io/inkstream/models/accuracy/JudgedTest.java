package io.inkstream.models.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.Confusion;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class JudgedTest {
    @Test
    void usageExample() {
        Confusion confusion = Confusion.newBuilder()
                .addAllCounts(Collections.nCopies(100, 0L))
                .setCounts(33, 7)
                .setCounts(35, 2)
                .setCounts(99, 1)
                .build();

        assertThat(Judged.of(confusion)).isEqualTo(new Judged(10, 8));
        assertThat(Judged.of(confusion).accuracy()).isEqualTo(0.8);
    }

    @Test
    void withoutLabelsThereIsNoAccuracy() {
        assertThat(Judged.of(Confusion.getDefaultInstance())).isEqualTo(new Judged(0, 0));
        assertThat(new Judged(0, 0).accuracy()).isNaN();
    }

    @Test
    void moreThanAllCannotBeRight() {
        assertThatThrownBy(() -> new Judged(3, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
