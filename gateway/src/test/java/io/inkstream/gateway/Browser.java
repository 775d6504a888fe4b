package io.inkstream.gateway;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.slf4j.LoggerFactory;

/** Chromium without a screen, with a person's hands. */
final class Browser implements AutoCloseable {
    private static final List<String> BINARIES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<String> ARGUMENTS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,1400");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Skips the test where there is none.
     *
     * @param profile an empty folder
     */
    static Browser start(Path profile) {
        Optional<File> chromium =
                BINARIES.stream().flatMap(name -> find(name).stream()).findFirst();
        Optional<File> chromedriver = find("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String skipped = "the page is not tested: install the packages chromium and chromium-driver";
            LoggerFactory.getLogger(Browser.class).warn(skipped);
            Assumptions.abort(skipped);
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get());
        options.addArguments(ARGUMENTS);
        options.addArguments("--user-data-dir=" + profile);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        return new Browser(new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromedriver.get())
                        .usingAnyFreePort()
                        .build(),
                options));
    }

    private static Optional<File> find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toFile)
                .findFirst();
    }

    void open(String url) {
        driver.get(url);
    }

    /** A page that stays open goes on, and complains once its gateway is closed. */
    void leave() {
        driver.get("about:blank");
        // Forgotten with the page.
        var unused = errors();
    }

    String text(String selector) {
        return find1(selector).getText();
    }

    String attribute(String selector, String name) {
        String value = find1(selector).getDomAttribute(name);
        return value == null ? "" : value;
    }

    int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    void click(String selector) {
        find1(selector).click();
    }

    void type(String selector, CharSequence... keys) {
        find1(selector).sendKeys(keys);
    }

    private WebElement find1(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /** Presses where the line begins, and lets go only where it is told to. */
    Stroke stroke(String selector, double x, double y) {
        return new Stroke(find1(selector), x, y);
    }

    /** A line that is being drawn; its points are parts of the element's sides. */
    final class Stroke {
        private final PointerInput mouse = new PointerInput(PointerInput.Kind.MOUSE, "mouse");
        private final WebElement element;

        private Stroke(WebElement element, double x, double y) {
            this.element = element;
            Sequence press = move(x, y);
            press.addAction(mouse.createPointerDown(PointerInput.MouseButton.LEFT.asArg()));
            driver.perform(List.of(press));
        }

        private Sequence move(double x, double y) {
            int right = (int) ((x - 0.5) * element.getSize().getWidth());
            int down = (int) ((y - 0.5) * element.getSize().getHeight());
            return new Sequence(mouse, 0)
                    .addAction(mouse.createPointerMove(
                            Duration.ofMillis(50), PointerInput.Origin.fromElement(element), right, down));
        }

        Stroke to(double x, double y) {
            driver.perform(List.of(move(x, y)));
            return this;
        }

        void end() {
            driver.perform(List.of(
                    new Sequence(mouse, 0).addAction(mouse.createPointerUp(PointerInput.MouseButton.LEFT.asArg()))));
        }
    }

    /** As on a screen of this size, and for somebody who likes it dark or light. */
    void appear(int width, int height, boolean phone, String colours) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    }

    /** A PNG of what is on the screen. */
    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /** What the browser has complained of since it was asked last: scripts, styles, requests, the page's policy. */
    List<String> errors() {
        return StreamSupport.stream(driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The addresses of all that the page has loaded. */
    List<String> loaded() {
        Object urls = driver.executeScript("return performance.getEntriesByType('resource').map((each) => each.name)");
        return ((List<?>) urls).stream().map(Object::toString).toList();
    }

    @Override
    public void close() throws IOException {
        driver.quit();
    }
}
