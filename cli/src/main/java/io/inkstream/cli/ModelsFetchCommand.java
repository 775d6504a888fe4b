package io.inkstream.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models fetch}: copies a version's files to this machine. */
@Command(
        name = "fetch",
        description = {
            "Copies model.onnx and training.pb from HDFS, and checks their sizes and SHA-256.",
            "",
            "A file that is there already is left alone: it has to be the same one. Files are in place only once all of"
                    + " them are complete.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:Both files are there.",
            "1:A file in HDFS is missing or not what was published, or a local one is in the way.",
            "2:The command line is wrong.",
            "3:It could not be done."
        },
        exitCodeOnExecutionException = 3)
final class ModelsFetchCommand implements Callable<Integer> {
    private static final int REFUSED = 1;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = VersionChoice.ONE,
            converter = VersionChoice.OneConverter.class,
            description = "Which version.")
    private VersionChoice choice;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "The folder, made where there is none.")
    private Path folder;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Mixin
    private RegistryOptions options;

    @Override
    public Integer call() {
        ModelVersion version;
        try (ModelRegistry registry = options.open()) {
            version = choice.one(registry, options.model);
        }
        try {
            print(version, new Fetch(folder).fetch(PublishedFile.of(version)));
            return 0;
        } catch (PublishedFile.NotAsPublishedException | Fetch.OccupiedException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("inkstream: version %d was not fetched: %s".formatted(version.getVersion(), e.getMessage()));
            err.flush();
            return REFUSED;
        } catch (IOException e) {
            throw new CliException("version %d could not be fetched: %s".formatted(version.getVersion(), e), e);
        }
    }

    private void print(ModelVersion version, List<Fetch.Fetched> files) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.print(json(version, files)));
        } else {
            files.forEach(file -> out.printf(
                    Locale.ROOT,
                    "%s: %,d bytes, SHA-256 as published%s%n",
                    file.path(),
                    file.file().bytes(),
                    file.copied() ? "" : " (it was there already)"));
        }
        out.flush();
    }

    private static JsonObject json(ModelVersion version, List<Fetch.Fetched> fetched) {
        JsonArray files = new JsonArray();
        for (Fetch.Fetched one : fetched) {
            JsonObject file = new JsonObject();
            file.addProperty("name", one.file().name());
            file.addProperty("path", one.path().toString());
            file.addProperty("bytes", one.file().bytes());
            file.addProperty("sha256", one.file().sha256());
            file.addProperty("copied", one.copied());
            files.add(file);
        }
        JsonObject document = new JsonObject();
        document.addProperty("model", version.getModel());
        document.addProperty("version", version.getVersion());
        document.add("files", files);
        return document;
    }
}
