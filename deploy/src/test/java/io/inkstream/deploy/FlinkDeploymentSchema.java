package io.inkstream.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The schema of FlinkDeployment as the operator's own jar has it, made strict: Kubernetes drops fields that it does not
 * know, and a misspelt one would be without effect.
 */
final class FlinkDeploymentSchema {

    private static final String CRD = "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

    /** What operators since have learned: 1.10.0 is the newest in Maven Central and knows Flink up to 1.20. */
    private static final List<String> NEWER_FLINKS = List.of("v2_0", "v2_1", "v2_2");

    private FlinkDeploymentSchema() {}

    static Schema read() throws IOException {
        try (InputStream bytes = FlinkDeploymentSchema.class.getClassLoader().getResourceAsStream(CRD)) {
            JsonNode schema = Yaml.readAll(bytes)
                    .get(0)
                    .at("/spec/versions/0/schema/openAPIV3Schema")
                    .deepCopy();
            ArrayNode flinks = (ArrayNode) schema.at("/properties/spec/properties/flinkVersion/enum");
            NEWER_FLINKS.forEach(flinks::add);
            knowWhatEveryKindHas((ObjectNode) schema.get("properties"));
            makeStrict(schema);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                    .getSchema(schema);
        }
    }

    private static void knowWhatEveryKindHas(ObjectNode properties) {
        List.of("apiVersion", "kind").forEach(name -> properties.putObject(name).put("type", "string"));
        properties.putObject("metadata").put("type", "object");
    }

    private static void makeStrict(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(FlinkDeploymentSchema::makeStrict);
    }
}
