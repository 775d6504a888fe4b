package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Holds compose.yaml to Compose's JSON schema. compose_spec.json is that of Docker Compose 1.29.2, by Docker Inc under the
 * Apache License 2.0, unchanged: in Debian's package docker-compose it is compose/config/compose_spec.json.
 */
class ComposeTest {

    @Test
    void itFitsTheSchema() throws IOException {
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
                        .getSchema(schema())
                        .validate(compose()))
                .isEmpty();
    }

    @Test
    void whatServicesDependOnIsThere() throws IOException {
        JsonNode services = compose().get("services");
        for (JsonNode service : services) {
            service.path("depends_on")
                    .fieldNames()
                    .forEachRemaining(
                            name -> assertThat(services.has(name)).as(name).isTrue());
        }
    }

    @Test
    void filesThatAreMountedAreThereAndVolumesAreDeclared() throws IOException {
        JsonNode compose = compose();
        for (String mount : mounts(compose)) {
            String source = mount.substring(0, mount.indexOf(':'));
            if (source.startsWith("./")) {
                assertThat(Path.of(source)).exists();
            } else {
                assertThat(compose.get("volumes").has(source)).as(source).isTrue();
            }
        }
    }

    @Test
    void imagesArePinned() throws IOException {
        for (JsonNode service : compose().get("services")) {
            Images.requirePinned(service.get("image").asText());
        }
    }

    private static List<String> mounts(JsonNode compose) {
        List<String> mounts = new ArrayList<>();
        for (JsonNode service : compose.get("services")) {
            Iterator<JsonNode> volumes = service.path("volumes").elements();
            volumes.forEachRemaining(volume -> mounts.add(volume.asText()));
        }
        assertThat(mounts).isNotEmpty();
        return mounts;
    }

    private static JsonNode compose() throws IOException {
        return Yaml.read(Path.of("compose.yaml"));
    }

    private static JsonNode schema() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("src/test/resources/compose_spec.json").toFile());
        dropIds(schema);
        return schema;
    }

    /** It names its parts by a keyword of an older draft than it says it is of; references do not use these names. */
    private static void dropIds(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("id").isTextual()) {
            object.remove("id");
        }
        schema.forEach(ComposeTest::dropIds);
    }
}
