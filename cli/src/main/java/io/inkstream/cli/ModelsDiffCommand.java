package io.inkstream.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models diff}: shows two versions side by side. */
@Command(
        name = "diff",
        description = {
            "Shows what differs between two versions: offsets, samples, recipe, scores, files.",
            "",
            "The distance is the Euclidean one between the parameters that were published, which are read from"
                    + " training.pb in HDFS; without HDFS the rest is shown.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:Done.", "2:The command line is wrong.", "3:It could not be done."},
        exitCodeOnExecutionException = 3)
final class ModelsDiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = VersionChoice.ONE,
            converter = VersionChoice.OneConverter.class,
            description = "One version.")
    private VersionChoice first;

    @Parameters(
            index = "1",
            paramLabel = VersionChoice.ONE,
            converter = VersionChoice.OneConverter.class,
            description = "The other.")
    private VersionChoice second;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Mixin
    private RegistryOptions options;

    private ParameterDistance distance;
    private String unknown = "";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ModelRegistry registry = options.open()) {
            ModelVersion a = first.one(registry, options.model);
            ModelVersion b = second.one(registry, options.model);
            measure(a, b);
            if (json) {
                out.println(Json.print(json(a, b)));
            } else {
                out.print(new VersionDifference(ModelStatus.read(registry), a, b).text(parameters()));
            }
        }
        out.flush();
        return 0;
    }

    private void measure(ModelVersion a, ModelVersion b) {
        try {
            distance = ParameterDistance.between(a, b);
        } catch (IOException e) {
            unknown = Plain.line(String.valueOf(e.getMessage()));
        }
        if (distance != null && !(Double.isFinite(distance.distance()) && Double.isFinite(distance.norm()))) {
            distance = null;
            unknown = "some of them are not finite";
        }
    }

    private String parameters() {
        return distance == null
                ? "not compared: " + unknown
                : String.format(
                        Locale.ROOT,
                        "%,d; %.6g apart, where the norm of the first is %.6g",
                        distance.parameters(),
                        distance.distance(),
                        distance.norm());
    }

    private JsonObject json(ModelVersion a, ModelVersion b) {
        JsonObject document = new JsonObject();
        document.addProperty("model", options.model);
        document.add("a", Json.of(a));
        document.add("b", Json.of(b));
        JsonArray recipe = new JsonArray();
        VersionDifference.recipeFields(a, b).forEach(field -> recipe.add(field.getJsonName()));
        document.add("recipeDiffersIn", recipe);
        document.addProperty(
                "sameOnnx", a.getOnnx().getSha256().equals(b.getOnnx().getSha256()));
        document.addProperty(
                "sameTraining",
                a.getTraining().getSha256().equals(b.getTraining().getSha256()));
        if (distance == null) {
            document.add("parameters", JsonNull.INSTANCE);
        } else {
            JsonObject parameters = new JsonObject();
            parameters.addProperty("count", distance.parameters());
            parameters.addProperty("distance", distance.distance());
            parameters.addProperty("normOfA", distance.norm());
            document.add("parameters", parameters);
        }
        document.addProperty("parametersUnknown", unknown);
        return document;
    }
}
