package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.inkstream.schemas.v1.Encoding;
import io.inkstream.schemas.v1.Image;
import java.lang.management.ManagementFactory;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonImagesTest {
    private static final Limits LIMITS = Limits.defaults();
    private static final String FLAT = "[" + "0,".repeat(783) + "255]";
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10};

    @Test
    void usageExample() {
        ImageRequest.Parsed parsed = parse("{\"pixels\": [[0, 255, 1], [2, 3, 4]]}");

        assertThat(parsed.many()).isFalse();
        Image image = parsed.images().get(0);
        assertThat(image.getEncoding()).isEqualTo(Encoding.GRAY8);
        assertThat(image.getWidth()).isEqualTo(3);
        assertThat(image.getHeight()).isEqualTo(2);
        assertThat(image.getPixels().toByteArray()).containsExactly(0, 255, 1, 2, 3, 4);
    }

    @Test
    void imagesComeInEachForm() {
        String base64 = Base64.getEncoder().encodeToString(PNG);
        List<Image> images = parse(
                        "{\"note\": {\"pixels\": [1]}, \"image\": null, \"images\": [%s, {\"pixels\": %s}, \"%s\","
                                        .formatted(FLAT, FLAT, base64)
                                + " {\"image\": \"data:image/png;base64,%s\"}, {\"image_path\": \"a.png\"}, [[7]]]}"
                                        .formatted(base64))
                .images();

        assertThat(images)
                .extracting(Image::getEncoding)
                .containsExactly(
                        Encoding.GRAY8, Encoding.GRAY8, Encoding.PNG, Encoding.PNG, Encoding.PNG, Encoding.GRAY8);
        assertThat(images.get(0).getPixels().byteAt(783)).isEqualTo((byte) 255);
        assertThat(images.get(4).getPixels().toByteArray()).isEqualTo(PNG);
        assertThat(parse("[" + FLAT + "]").many()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                                     | 400 | there is no image",
                "{\"images\": []}                       | 400 | no images in the list",
                "{\"images\": 5}                        | 400 | images is no list",
                "{\"images\": [5]}                      | 400 | neither object",
                "{\"pixels\": [1, 2]}                   | 400 | pixels has 2 numbers",
                "{\"pixels\": []}                       | 400 | pixels has 0 numbers",
                "{\"pixels\": [[1, 2], [3]]}            | 400 | row 1 of pixels is empty, no list, or not as long",
                "{\"pixels\": [[1, 2], 3]}              | 400 | row 1 of pixels is",
                "{\"pixels\": [[1, 0.5]]}               | 400 | pixel 1 is 0.5",
                "{\"pixels\": [[256]]}                  | 400 | pixel 0 is 256",
                "{\"pixels\": [[\"1\"]]}                | 400 | pixel 0 is 1",
                "{\"pixels\": [[null]]}                 | 400 | pixel 0 is NULL",
                "{\"image\": 5}                         | 400 | image is no string",
                "{\"image\": \"GIF8\"}                  | 415 | neither a PNG",
                "{\"image_path\": \"a.png\", \"pixels\": [[1]]} | 400 | in two ways",
                "{\"pixels\": [[1]]} x                  | 400 | no JSON",
                "{\"pixels\": [[1]                      | 400 | no JSON"
            })
    void whatIsNoImageIsRefused(String body, int status, String words) {
        ProblemException refused = refused(body);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused).hasMessageContaining(words);
        assertThat(refused.remedy()).isNotBlank();
    }

    @Test
    void moreImagesThanAreTakenAreNotRead() {
        assertThat(refused("[" + "[[0]],".repeat(LIMITS.images()) + "[[0]]]").status())
                .isEqualTo(413);
        assertThat(parse("[" + "[[0]],".repeat(LIMITS.images() - 1) + "[[0]]]").images())
                .hasSize(LIMITS.images());
    }

    @Test
    void anImageThatIsTooLargeIsNotRead() {
        String row = "[" + "0,".repeat(LIMITS.imageBytes() / 2) + "0],";

        assertThat(refused("[[" + row.repeat(3) + "[0]]]").status()).isEqualTo(413);
    }

    /** Bodies of which a tree, or an array as large as they say, would fill the heap. */
    @Test
    void memoryDoesNotGrowBeyondTheBody() {
        String row = "[" + "0,".repeat(999) + "0]";
        String zeros = "0,".repeat(LIMITS.bodyBytes() / 2 - 10_000) + "0";

        assertThat(allocated("{\"pixels\": [" + row + "," + zeros + "]}")).isLessThan(8L * LIMITS.bodyBytes());
        assertThat(allocated("[" + zeros + "]")).isLessThan(8L * LIMITS.bodyBytes());
        assertThat(allocated("{\"pixels\": [" + "[],".repeat(1_000_000) + "[]]}"))
                .isLessThan(8L * LIMITS.bodyBytes());
    }

    private static long allocated(String text) {
        byte[] body = text.getBytes(UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            parse(body);
        } catch (ProblemException e) {
            assertThat(e.status()).isEqualTo(400);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static ProblemException refused(String body) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> parse(body));
        assertThat(refused).as(body).isNotNull();
        return refused;
    }

    private static ImageRequest.Parsed parse(String body) {
        return parse(body.getBytes(UTF_8));
    }

    private static ImageRequest.Parsed parse(byte[] body) {
        return JsonImages.parse(body, LIMITS, new ImageRequest(LIMITS, (path, most) -> PNG));
    }
}
