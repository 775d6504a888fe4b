package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.inkstream.schemas.v1.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WallTest {
    private static final long SECOND = 1_000_000_000;

    private final List<JsonObject> told = new ArrayList<>();
    private long now;
    private final Wall wall = new Wall(() -> now, told::add);

    @Test
    void usageExample() {
        wall.seen("a", image(28));
        wall.predicted(prediction("a"));

        assertThat(told).hasSize(1);
        assertThat(told.get(0).get("digit").getAsInt()).isEqualTo(7);
        assertThat(told.get(0).getAsJsonObject("image").get("width").getAsInt()).isEqualTo(28);
    }

    @Test
    void aPredictionMayBeHereBeforeItsImage() {
        wall.predicted(prediction("a"));
        assertThat(told).isEmpty();
        wall.seen("a", image(28));
        assertThat(told).hasSize(1);
    }

    @Test
    void ofManyAtOnceOneIsTold() {
        for (int i = 0; i < 10; i++) {
            wall.seen("" + i, image(28));
            wall.predicted(prediction("" + i));
        }
        assertThat(told).hasSize(1);

        now += SECOND;
        wall.seen("later", image(28));
        wall.predicted(prediction("later"));
        assertThat(told).hasSize(2);
    }

    @Test
    void imagesThatWaitForLongAreForgotten() {
        for (int i = 0; i < 1_000; i++) {
            wall.seen("" + i, image(28));
        }
        wall.predicted(prediction("0"));
        assertThat(told).isEmpty();
        wall.predicted(prediction("999"));
        assertThat(told).hasSize(1);
    }

    private static JsonObject image(int width) {
        JsonObject image = new JsonObject();
        image.addProperty("width", width);
        return image;
    }

    private static Prediction prediction(String id) {
        return Prediction.newBuilder().setId(id).setDigit(7).build();
    }
}
