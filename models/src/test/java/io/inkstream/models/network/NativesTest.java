package io.inkstream.models.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each in a process of its own: what is looked at is read once. */
class NativesTest {

    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void oneDnnThatIsSwitchedOffIsSaidWithWhatSwitchesItOn(String disabled, boolean said) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.eclipse.deeplearning4j.helpers.disable=" + disabled,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Preparation.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor()).isZero();
        assertThat(output.contains("set -Dorg.eclipse.deeplearning4j.helpers.disable=false, on a cluster in env.java"))
                .as(output)
                .isEqualTo(said);
    }

    static final class Preparation {
        public static void main(String[] args) {
            Natives.prepare();
        }
    }
}
