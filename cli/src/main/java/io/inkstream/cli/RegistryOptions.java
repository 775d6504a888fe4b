package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.ZooKeeperAccess;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which ZooKeeper, and which model's versions. */
final class RegistryOptions {
    @Option(
            names = "--zookeeper",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:2181",
            description = "ZooKeeper's connect string. Default: ${DEFAULT-VALUE}.")
    private String zookeeper;

    @Option(
            names = "--zookeeper-auth",
            paramLabel = "FILE",
            defaultValue = "",
            description = "The user to log in as: a file with a line digest:user:password; or sasl, for the JVM's JAAS"
                    + " configuration.")
    private String auth;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "digits",
            description = "The model. Default: ${DEFAULT-VALUE}.")
    String model;

    /** @throws CliException if ZooKeeper cannot be reached or the name is none */
    ModelRegistry open() {
        try {
            ModelRegistry registry = ModelRegistry.open(access(), model);
            try {
                registry.requireReachable();
                return registry;
            } catch (RegistryException e) {
                registry.close();
                throw new CliException(e.getMessage() + " (--zookeeper)", e);
            }
        } catch (IllegalArgumentException | RegistryException e) {
            throw new CliException(e.getMessage(), e);
        }
    }

    ZooKeeperAccess access() {
        boolean isFile = !auth.isEmpty() && !auth.equals(ZooKeeperAccess.SASL);
        return new ZooKeeperAccess(
                zookeeper, isFile ? Path.of(auth).toAbsolutePath().toString() : auth);
    }
}
