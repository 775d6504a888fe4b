package io.inkstream.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.inkstream.sandbox.Sandbox;
import io.inkstream.sandbox.junit.SandboxExtension;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The description against what the gateway really does: the routes, and each kind of answer. */
@ExtendWith(SandboxExtension.class)
class OpenApiIT {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path data;

    private static Stack stack;
    private static Gateway gateway;
    private static Http http;
    private static JsonNode api;

    @BeforeAll
    static void start(Sandbox sandbox) throws Exception {
        Digits.write(data, "train", 64);
        stack = Stack.scoring(sandbox);
        sandbox.createTopics(1, stack.connections().topics().labels());
        gateway = stack.gateway(stack.settings().withDataRoot(data));
        http = new Http(gateway.url());
        api = YAML.readTree(http.get("/openapi.yaml").body());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stack.close();
    }

    @Test
    void itDescribesAllRoutesAndNoOthers() {
        Set<String> described = new TreeSet<>();
        api.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (!method.getKey().equals("parameters")) {
                        described.add(method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    }
                }));
        Set<String> there = new TreeSet<>();
        gateway.routes().forEach(route -> there.add(route.method() + " " + route.path()));

        assertThat(described).isEqualTo(there);
    }

    @Test
    void answersAreAsItDescribesThem() throws Exception {
        String image = "{\"pixels\": " + pixels() + "}";
        HttpResponse<String> answer = described("post", "/digits/classify", http.post("/digits/classify", image));
        String id = Http.json(answer).get("id").getAsString();
        described("get", "/digits/classify/{id}", http.get("/digits/classify/" + id));
        described("post", "/digits/classify", http.post("/digits/classify", "{\"images\": [" + image + "]}"));
        described("post", "/digits/classify", http.post("/digits/classify", ""));
        described("post", "/digits/labels", http.post("/digits/labels", "{\"id\": \"" + id + "\", \"digit\": 7}"));
        described("post", "/digits/labels", http.post("/digits/labels", "{\"id\": \"" + id + "\", \"digit\": 10}"));

        HttpResponse<String> training =
                described("post", "/digits/train", http.post("/digits/train", "{\"images_batch_path\": \"train\"}"));
        String path = training.headers().firstValue("Location").orElseThrow();
        described("get", "/digits/train/{id}", http.get(path));
        described("get", "/digits/train", http.get("/digits/train"));
        described("delete", "/digits/train/{id}", http.delete(path));

        described("get", "/models", http.get("/models"));
        described("get", "/models/live", http.get("/models/live"));
        described("get", "/models/{version}", http.get("/models/1"));
        described("get", "/models/{version}", http.get("/models/999999"));
        described("post", "/models/{version}/promote", http.post("/models/1/promote", "{\"why\": \"a test\"}"));
        described("post", "/models/rollback", http.post("/models/rollback", ""));
        described("get", "/healthz", http.get("/healthz"));
        described("get", "/readyz", http.get("/readyz"));
        assertThat(http.get("/metrics").body()).contains("inkstream_gateway_requests_total", "jvm_");
    }

    private static List<Integer> pixels() {
        List<Integer> pixels = new ArrayList<>();
        for (int i = 0; i < 784; i++) {
            pixels.add(i % 28 == 14 ? 255 : 0);
        }
        return pixels;
    }

    private static HttpResponse<String> described(String method, String path, HttpResponse<String> response)
            throws IOException {
        JsonNode responses = api.at("/paths").path(path).path(method).path("responses");
        JsonNode known = responses.path(Integer.toString(response.statusCode()));
        if (known.isMissingNode()) {
            assertThat(response.statusCode()).as(response.body()).isGreaterThanOrEqualTo(400);
            known = responses.path("default");
        }
        if (known.has("$ref")) {
            known = api.at(known.get("$ref").asText().substring(1));
        }
        JsonNode schema = known.path("content").path("application/json").path("schema");
        assertThat(schema.isMissingNode()).as(method + " " + path).isFalse();
        assertThat(errors(schema, response.body()))
                .as("%s %s: %s", method, path, response.body())
                .isEmpty();
        return response;
    }

    /** The schemas refer to each other by their place in the whole document. */
    private static List<Error> errors(JsonNode schema, String body) throws IOException {
        var whole = JSON.createObjectNode();
        whole.set("components", api.get("components"));
        whole.putArray("allOf").add(schema);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole)
                .validate(JSON.readTree(body));
    }
}
