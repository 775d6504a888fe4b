package io.inkstream.gateway;

import io.inkstream.jobs.KafkaAccess;
import io.inkstream.jobs.Topics;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.ZooKeeperAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a gateway listens, and for which model, on which servers.
 *
 * @param address host and port to listen on; port 0 for any free one
 * @param dataRoot the folder that local data sets and images are read from; empty: none are
 * @param hdfsData the folder in HDFS that data sets and images are read from, and uploads are kept in
 * @param token what a client must send as bearer token to change something; empty: anybody may
 * @param origins of pages on other servers that browsers let call this one; none by default
 */
public record GatewaySettings(
        String model,
        KafkaAccess kafka,
        ZooKeeperAccess zookeeper,
        Address address,
        Optional<Path> dataRoot,
        String hdfsData,
        Optional<String> token,
        List<String> origins,
        Limits limits) {

    /** Where to listen. */
    public record Address(String host, int port) {}

    public GatewaySettings {
        ModelRegistry.requireModelName(model);
        origins = List.copyOf(origins);
    }

    /**
     * Without a token, other origins and local files, on a free port of this machine.
     *
     * @param root where the jobs keep their models, such as {@code hdfs://namenode:8020/inkstream}
     */
    public static GatewaySettings of(String model, KafkaAccess kafka, ZooKeeperAccess zookeeper, String root) {
        return new GatewaySettings(
                model,
                kafka,
                zookeeper,
                new Address("localhost", 0),
                Optional.empty(),
                root + "/data",
                Optional.empty(),
                List.of(),
                Limits.defaults());
    }

    public GatewaySettings withAddress(Address other) {
        return new GatewaySettings(model, kafka, zookeeper, other, dataRoot, hdfsData, token, origins, limits);
    }

    public GatewaySettings withDataRoot(Path folder) {
        return new GatewaySettings(
                model, kafka, zookeeper, address, Optional.of(folder), hdfsData, token, origins, limits);
    }

    public GatewaySettings withHdfsData(String folder) {
        return new GatewaySettings(model, kafka, zookeeper, address, dataRoot, folder, token, origins, limits);
    }

    public GatewaySettings withToken(String secret) {
        return new GatewaySettings(
                model, kafka, zookeeper, address, dataRoot, hdfsData, Optional.of(secret), origins, limits);
    }

    public GatewaySettings withOrigins(List<String> others) {
        return new GatewaySettings(model, kafka, zookeeper, address, dataRoot, hdfsData, token, others, limits);
    }

    public GatewaySettings withLimits(Limits others) {
        return new GatewaySettings(model, kafka, zookeeper, address, dataRoot, hdfsData, token, origins, others);
    }

    Topics topics() {
        return Topics.of(model);
    }
}
