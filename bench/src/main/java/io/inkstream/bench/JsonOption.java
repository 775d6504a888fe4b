package io.inkstream.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option of each benchmark to write what it measured as JSON. */
final class JsonOption {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            // A rate may have had no window to be measured in.
            .serializeSpecialFloatingPointValues()
            .create();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the results there.")
    private Path file;

    /** Does nothing where no file is asked for. */
    void write(Object results) throws IOException {
        if (file != null) {
            Files.writeString(file, GSON.toJson(results) + "\n");
        }
    }
}
