package io.inkstream.deploy;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the manifests to the schemas of the operator and of Kubernetes, and to flink-conf. */
class KubernetesTest {

    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            entry("Namespace", V1Namespace.class),
            entry("ServiceAccount", V1ServiceAccount.class),
            entry("Role", V1Role.class),
            entry("RoleBinding", V1RoleBinding.class),
            entry("NetworkPolicy", V1NetworkPolicy.class),
            entry("PodDisruptionBudget", V1PodDisruptionBudget.class),
            entry("Deployment", V1Deployment.class),
            entry("Service", V1Service.class),
            entry("Ingress", V1Ingress.class),
            entry("HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class));

    /** The operator sets them from {@code resource} and from the names of its services. */
    private static final Set<String> SET_BY_THE_OPERATOR = Set.of(
            "jobmanager.rpc.address",
            "rest.address",
            "rest.port",
            "jobmanager.memory.process.size",
            "taskmanager.memory.process.size");

    @ParameterizedTest
    @ValueSource(strings = {"base", "gateway"})
    void kubernetesOwnKindsFitTheirSchemas(String file) throws Exception {
        for (JsonNode manifest : Yaml.readAll(Path.of("kubernetes", file + ".yaml"))) {
            String kind = manifest.get("kind").asText();
            assertThat(KINDS).containsKey(kind);
            requireFit(manifest, KINDS.get(kind));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"training", "scoring", "feedback"})
    void flinkDeploymentsFitTheirSchema(String job) throws Exception {
        JsonNode deployment = deployment(job);
        assertThat(FlinkDeploymentSchema.read().validate(deployment)).isEmpty();
        for (String role : new String[] {"", "/jobManager", "/taskManager"}) {
            requireFit(deployment.at("/spec" + role + "/podTemplate"), V1PodTemplateSpec.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"training", "scoring", "feedback"})
    void theyHaveTheSettingsOfFlinkConf(String job) throws Exception {
        Map<String, String> expected = new LinkedHashMap<>(
                GlobalConfiguration.loadConfiguration("../flink-conf").toMap());
        expected.keySet().removeAll(SET_BY_THE_OPERATOR);
        Map<String, String> settings = settings(job);
        if (settings.containsKey(TaskManagerOptions.MANAGED_MEMORY_SIZE.key())) {
            expected.remove(TaskManagerOptions.MANAGED_MEMORY_FRACTION.key());
        }
        String jvm = CoreOptions.FLINK_TM_JVM_OPTIONS.key();
        assertThat(words(settings.remove(jvm))).isEqualTo(words(expected.remove(jvm)));
        assertThat(settings).containsAllEntriesOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"training", "scoring", "feedback"})
    void volumesThatAreMountedAreDeclared(String job) throws Exception {
        JsonNode pod = deployment(job).at("/spec/taskManager/podTemplate/spec");
        assertThat(pod.get("containers").get(0).get("volumeMounts").findValuesAsText("name"))
                .isSubsetOf(pod.get("volumes").findValuesAsText("name"));
    }

    /** Names are all that ties them to each other; whatever does not find its partner would only be seen on a cluster. */
    @Test
    void whatBelongsToTheGatewayFindsIt() throws Exception {
        Map<String, JsonNode> kinds = new LinkedHashMap<>();
        Yaml.readAll(Path.of("kubernetes/gateway.yaml"))
                .forEach(manifest -> kinds.put(manifest.get("kind").asText(), manifest));
        JsonNode pod = kinds.get("Deployment").at("/spec/template");
        JsonNode labels = pod.at("/metadata/labels");
        assertThat(kinds.get("Deployment").at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(kinds.get("Service").at("/spec/selector")).isEqualTo(labels);
        assertThat(kinds.get("PodDisruptionBudget").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
        assertThat(kinds.get("NetworkPolicy").at("/spec/podSelector/matchLabels"))
                .isEqualTo(labels);
        assertThat(kinds.get("HorizontalPodAutoscaler").at("/spec/scaleTargetRef/name"))
                .isEqualTo(kinds.get("Deployment").at("/metadata/name"));
        assertThat(kinds.get("Ingress").at("/spec/rules/0/http/paths/0/backend/service/name"))
                .isEqualTo(kinds.get("Service").at("/metadata/name"));
        JsonNode container = pod.at("/spec/containers/0");
        assertThat(container.at("/ports/0/name")).isEqualTo(kinds.get("Service").at("/spec/ports/0/targetPort"));
        assertThat(container.get("volumeMounts").findValuesAsText("name"))
                .containsExactlyElementsOf(pod.at("/spec/volumes").findValuesAsText("name"));
    }

    private static JsonNode deployment(String job) throws IOException {
        return Yaml.read(Path.of("kubernetes", job + ".yaml"));
    }

    private static Map<String, String> settings(String job) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        deployment(job)
                .at("/spec/flinkConfiguration")
                .properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        return Configuration.fromMap(settings).toMap();
    }

    private static Set<String> words(String options) {
        return new TreeSet<>(Arrays.asList(options.trim().split("\\s+", -1)));
    }

    /** Unknown fields, missing ones and values of another type are errors. */
    private static void requireFit(JsonNode manifest, Class<?> kind) throws Exception {
        JsonElement json = JsonParser.parseString(manifest.toString());
        assertThatCode(() ->
                        kind.getMethod("validateJsonElement", JsonElement.class).invoke(null, json))
                .as(manifest.toString())
                .doesNotThrowAnyException();
        assertThat(JSON.getGson().fromJson(json, (Class<?>) kind)).isNotNull();
    }
}
