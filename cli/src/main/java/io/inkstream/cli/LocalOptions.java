package io.inkstream.cli;

import io.inkstream.jobs.RecipeOptions;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.sandbox.SandboxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the stack in this process is to be like. */
final class LocalOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "digits",
            description = "Name of the model; topics, HDFS paths and znodes begin with it. Default: ${DEFAULT-VALUE}.")
    String model;

    @Mixin
    RecipeOptions recipe = new RecipeOptions();

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Port of Kafka; 0 for a free one.")
    Integer kafkaPort;

    @Option(names = "--zookeeper-port", paramLabel = "PORT", description = "Port of ZooKeeper; 0 for a free one.")
    Integer zookeeperPort;

    @Option(names = "--hdfs-port", paramLabel = "PORT", description = "Port of the HDFS NameNode; 0 for a free one.")
    Integer hdfsPort;

    @Option(names = "--flink-port", paramLabel = "PORT", description = "Port of Flink's page; 0 for a free one.")
    Integer flinkPort;

    @Option(
            names = "--gateway-port",
            paramLabel = "PORT",
            description =
                    "Port of the HTTP service; 0 for a free one. Default: 8080, or a free one where that is taken.")
    Integer gatewayPort;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Keep topics, HDFS and ZooKeeper here, for the next time as well. Default: a temporary folder,"
                            + " removed at the end.")
    Path folder;

    /** @throws CliException for a name that neither job would run with */
    void requireKnownNames() {
        try {
            ModelRegistry.requireModelName(model);
            recipe.validate();
        } catch (IllegalArgumentException e) {
            throw new CliException(e.getMessage(), e);
        }
    }

    /** @throws CliException where an earlier model would be in the way of one that begins with nothing */
    void requireNewFolder() {
        if (folder != null && Files.exists(folder)) {
            throw new CliException(folder + " is there already, and the demo begins with nothing: name a folder that is"
                    + " not, or go on with it by 'inkstream up --folder " + folder + "'");
        }
    }

    /** Free ports for what no option names. */
    SandboxOptions onFreePorts() {
        return sandbox(0, 0, 0, 0);
    }

    /** The ports that everybody knows for what no option names. */
    SandboxOptions onUsualPorts() {
        return sandbox(9092, 2181, 8020, 8081);
    }

    private SandboxOptions sandbox(int kafka, int zookeeper, int hdfs, int flink) {
        SandboxOptions options = SandboxOptions.defaults()
                .withTaskManagers(1, 4)
                .withPorts(
                        kafkaPort == null ? kafka : kafkaPort,
                        zookeeperPort == null ? zookeeper : zookeeperPort,
                        hdfsPort == null ? hdfs : hdfsPort,
                        flinkPort == null ? flink : flinkPort);
        return folder == null ? options : options.withFolder(folder, true);
    }
}
