package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import io.inkstream.schemas.v1.ModelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class ModelsShowIT {

    @Test
    void usageExample(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 2)) {
            model.learn(320);
            model.learn(640);
            long newest = model.registry().versions().size();

            Run one = model.run("models", "show", "1");
            assertThat(one.exitCode()).isZero();
            assertThat(one.out())
                    .startsWith("version 1 of digits-")
                    .contains("parent         none")
                    .doesNotContain("state          LIVE")
                    .contains(
                            model.version(1).getOnnx().getSha256(),
                            model.version(1).getTraining().getSha256());
            Run live = model.run("models", "show", "live");
            assertThat(live.out())
                    .startsWith("version " + newest)
                    .contains("LIVE since 2", model.topic() + "-0 [", model.topic() + "-1 [");
            assertThat(model.run("models", "show", "newest").out()).isEqualTo(live.out());
            assertThat(model.run("models", "show", "1..newest").out().lines())
                    .filteredOn(line -> line.startsWith("version "))
                    .hasSize((int) newest);
        }
    }

    @Test
    void jsonIsTheRegistrysInOneLine(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 3)) {
            model.learn(640);

            Run run = model.run("models", "show", "1", "--json");
            assertThat(run.out()).hasLineCount(1).contains("\"order\":[{");
            ModelVersion.Builder parsed = ModelVersion.newBuilder();
            JsonFormat.parser().merge(run.out(), parsed);
            assertThat(lasting(parsed.build())).isEqualTo(lasting(model.version(1)));
        }
    }

    /** Another version may be going live meanwhile. */
    private static ModelVersion lasting(ModelVersion version) {
        return version.toBuilder().clearState().clearReason().clearAttempts().build();
    }

    @Test
    void aVersionThatIsNotThereIsAnsweredWithThoseThatAre(Sandbox sandbox) throws Exception {
        try (TrainedModel model = new TrainedModel(sandbox, 1)) {
            Run none = model.run("models", "show", "newest");
            assertThat(none.exitCode()).isEqualTo(1);
            assertThat(none.err())
                    .contains("no version of the model digits-", "has been published")
                    .hasLineCount(1);

            model.learn(32);
            Run unknown = model.run("models", "show", "7");
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.err()).contains("has no version 7; there are: 1").hasLineCount(1);
            assertThat(model.run("models", "show", "7..9").err())
                    .contains("has no version in that range; there are: 1");
        }
    }
}
