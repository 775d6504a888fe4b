package io.inkstream.models.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.zookeeper.client.ConnectStringParser;

/** The servers and the chroot that a connect string names, for what ZooKeeper's client does not tell about them. */
final class Ensemble {

    private static final int CONNECT_MS = 2_000;

    private final List<InetSocketAddress> servers;
    private final String chroot;

    private Ensemble(ConnectStringParser parsed) {
        servers = parsed.getServerAddresses();
        chroot = parsed.getChrootPath() == null ? "/" : parsed.getChrootPath();
    }

    /** @throws RegistryException for what is no connect string */
    static Ensemble of(String connect) {
        try {
            return new Ensemble(new ConnectStringParser(connect));
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    "'%s' is no address of ZooKeeper, which is host:port,host:port/chroot: %s"
                            .formatted(connect, e.getMessage()),
                    e);
        }
    }

    /** Of each server, why it takes no connection; empty where one does. */
    Optional<String> whyNobodyListens() {
        List<String> reasons = new ArrayList<>();
        for (InetSocketAddress server : servers) {
            Optional<String> reason = whyNot(server);
            if (reason.isEmpty()) {
                return Optional.empty();
            }
            reasons.add(name(server) + ": " + reason.get());
        }
        return Optional.of(String.join("; ", reasons));
    }

    private static Optional<String> whyNot(InetSocketAddress server) {
        String reason = "no address";
        try {
            for (InetAddress address : InetAddress.getAllByName(server.getHostString())) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address, server.getPort()), CONNECT_MS);
                    return Optional.empty();
                } catch (IOException e) {
                    reason = e.getMessage();
                }
            }
            return Optional.of(reason);
        } catch (UnknownHostException e) {
            return Optional.of("no host of that name is known here");
        }
    }

    /** What to tell where the chroot does not exist. Each level is a node of its own, and is created apart. */
    String chrootIsMissing() {
        String addresses = servers.stream().map(Ensemble::name).collect(Collectors.joining(","));
        List<String> levels = new ArrayList<>();
        for (int end = chroot.indexOf('/', 1); end > 0; end = chroot.indexOf('/', end + 1)) {
            levels.add(chroot.substring(0, end));
        }
        levels.add(chroot);
        return "ZooKeeper at %s has no node %s; create it: %s"
                .formatted(
                        addresses,
                        chroot,
                        levels.stream()
                                .map(level -> "zkCli.sh -server %s create %s".formatted(addresses, level))
                                .collect(Collectors.joining(" && ")));
    }

    private static String name(InetSocketAddress server) {
        return server.getHostString() + ":" + server.getPort();
    }
}
