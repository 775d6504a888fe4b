package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.RegistryException;
import picocli.CommandLine.Option;

/** Which ZooKeeper, and which model's versions. */
final class RegistryOptions {
    @Option(
            names = "--zookeeper",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:2181",
            description = "ZooKeeper's connect string. Default: ${DEFAULT-VALUE}.")
    String zookeeper;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "digits",
            description = "The model. Default: ${DEFAULT-VALUE}.")
    String model;

    /** @throws CliException if ZooKeeper cannot be reached or the name is none */
    ModelRegistry open() {
        try {
            ModelRegistry registry = ModelRegistry.open(zookeeper, model);
            try {
                registry.requireReachable();
                return registry;
            } catch (RegistryException e) {
                registry.close();
                throw new CliException(e.getMessage() + " (--zookeeper)", e);
            }
        } catch (IllegalArgumentException e) {
            throw new CliException(e.getMessage(), e);
        }
    }
}
