package io.inkstream.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What one image costs, as benchmarks have measured it.
 *
 * @param scored CPU-seconds for 1,000 images in the pipeline, all of the engine included
 * @param trained new images for each CPU-second of a thread that trains
 */
record MeasuredCosts(double scored, double trained) {

    /** Written by {@code bench/run scoring --json}. */
    static final String SCORING = "scoring.json";

    /** Written by {@code bench/run networks --json}. */
    static final String NETWORKS = "networks.json";

    /**
     * @param folder with the JSON of both benchmarks
     * @throws IllegalArgumentException where they have not measured that network; says how to mend it
     */
    static MeasuredCosts read(Path folder, String network) throws IOException {
        JsonArray cases = parse(folder.resolve(SCORING)).getAsJsonObject().getAsJsonArray("cases");
        JsonArray passes = parse(folder.resolve(NETWORKS)).getAsJsonArray();
        return new MeasuredCosts(
                number(cases, "way", network, "cost", folder.resolve(SCORING)),
                number(passes, null, network, "trained", folder.resolve(NETWORKS)));
    }

    /** Of the first that is of the network; {@code part} is where its name stands, null for the object itself. */
    private static double number(JsonArray all, String part, String network, String name, Path file) {
        for (JsonElement element : all) {
            JsonObject object = element.getAsJsonObject();
            JsonObject named = part == null ? object : object.getAsJsonObject(part);
            if (named.get("network").getAsString().equals(network)) {
                return object.get(name).getAsDouble();
            }
        }
        throw new IllegalArgumentException(
                "%s has nothing of %s: write it anew with bench/run %s --networks %s --json %s"
                        .formatted(file, network, benchmark(file), network, file));
    }

    private static String benchmark(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.indexOf('.'));
    }

    private static JsonElement parse(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return JsonParser.parseReader(reader);
        }
    }
}
