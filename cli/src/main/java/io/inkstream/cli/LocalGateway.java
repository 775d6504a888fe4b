package io.inkstream.cli;

import io.inkstream.gateway.Gateway;
import io.inkstream.gateway.GatewayException;
import io.inkstream.gateway.GatewaySettings;
import io.inkstream.gateway.GatewaySettings.Address;
import io.inkstream.jobs.Connections;
import java.nio.file.Files;
import java.nio.file.Path;

/** The HTTP service of a stack on this machine, which lets clients name the samples. */
final class LocalGateway {
    private static final int USUAL_PORT = 8080;

    private LocalGateway() {}

    /** On the port that was asked for; where none was, on the usual one or, if that is taken, any. */
    static Gateway start(Connections connections, Integer port) {
        GatewaySettings settings = settings(connections);
        if (port != null) {
            return Gateway.start(settings.withAddress(new Address("localhost", port)));
        }
        try {
            return Gateway.start(settings.withAddress(new Address("localhost", USUAL_PORT)));
        } catch (GatewayException e) {
            return Gateway.start(settings.withAddress(new Address("localhost", 0)));
        }
    }

    private static GatewaySettings settings(Connections connections) {
        GatewaySettings settings = GatewaySettings.of(
                connections.model(), connections.kafkaAccess(), connections.zookeeperAccess(), connections.root());
        Path samples = Path.of(System.getProperty("inkstream.home", ".")).resolve("samples");
        return Files.isDirectory(samples) ? settings.withDataRoot(samples) : settings;
    }
}
