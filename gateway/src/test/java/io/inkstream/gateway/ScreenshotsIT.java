package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the pictures of the page that are in docs/, of a gateway that runs: {@code -Dinkstream.page=http://localhost:8080}. Others
 * must have images read meanwhile.
 */
@EnabledIfSystemProperty(named = "inkstream.page", matches = ".+")
class ScreenshotsIT {
    private static final int A_FEW = 20;
    private static final Path DOCS = Path.of("../docs");

    @TempDir
    private Path profile;

    @Test
    void pageInLightDarkAndOnAPhone() throws Exception {
        try (Browser browser = Browser.start(profile)) {
            take(browser, 1280, 1180, false, "light", "page-light.png");
            take(browser, 1280, 850, false, "dark", "page-dark.png");
            take(browser, 390, 844, true, "light", "page-phone.png");
        }
    }

    private static void take(Browser browser, int width, int height, boolean phone, String colours, String file)
            throws Exception {
        browser.appear(width, height, phone, colours);
        browser.open(System.getProperty("inkstream.page"));
        browser.stroke("#pad", 0.28, 0.22)
                .to(0.5, 0.22)
                .to(0.74, 0.22)
                .to(0.66, 0.42)
                .to(0.56, 0.62)
                .to(0.46, 0.84)
                .end();
        await().atMost(Stack.PATIENCE).until(() -> browser.text("#reading").startsWith("7, "));
        await().atMost(Stack.PATIENCE).until(() -> browser.count("tr[data-version]") > 1);
        await().atMost(Stack.PATIENCE).until(() -> browser.count("#tiles .tile") > A_FEW);
        byte[] picture = browser.picture();
        assertThat(picture).isNotEmpty();
        Files.write(DOCS.resolve(file), picture);
    }
}
