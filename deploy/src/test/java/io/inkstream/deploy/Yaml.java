package io.inkstream.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML as Docker and Kubernetes do, with anchors and merges, into JSON. */
final class Yaml {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Yaml() {}

    static JsonNode read(Path file) throws IOException {
        List<JsonNode> documents = readAll(file);
        if (documents.size() != 1) {
            throw new IOException(file + " has " + documents.size() + " documents");
        }
        return documents.get(0);
    }

    static List<JsonNode> readAll(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return readAll(bytes);
        }
    }

    /** A key that is there twice is an error. */
    static List<JsonNode> readAll(InputStream bytes) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        new org.yaml.snakeyaml.Yaml(new SafeConstructor(options))
                .loadAll(bytes)
                .forEach(document -> documents.add(JSON.valueToTree(document)));
        return documents;
    }
}
