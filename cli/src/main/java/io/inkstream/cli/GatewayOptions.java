package io.inkstream.cli;

import io.inkstream.gateway.GatewaySettings;
import io.inkstream.gateway.GatewaySettings.Address;
import io.inkstream.gateway.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the HTTP service listens, what it lets clients read and do, and its limits. */
final class GatewayOptions {
    private static final int MIB = 1 << 20;
    private static final int LONGEST_TOKEN_FILE = 4_096;
    private static final int SHORTEST_TOKEN = 16;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "The address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Its port; 0 for a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--data-root",
            paramLabel = "DIR",
            description = "The folder of local data sets and images that clients may name, the same on all gateways;"
                    + " links out of it are not followed. Default: none may be named.")
    private Optional<Path> dataRoot;

    @Option(
            names = "--hdfs-data",
            paramLabel = "URI",
            description =
                    "The folder in HDFS of which clients may name files, and where uploads are kept until they are"
                            + " sent. Default: data, below --root.")
    private Optional<String> hdfsData;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with the bearer token that clients must send for all that changes something. Default:"
                    + " anybody may.")
    private Optional<Path> tokenFile;

    @Option(
            names = "--allow-origin",
            paramLabel = "URL",
            description = "Pages of this origin may call the gateway from a browser; may be repeated. Default: none but"
                    + " its own.")
    private List<String> origins = List.of();

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "For so long a request waits for its predictions, before it is answered 202. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double deadline;

    @Option(
            names = "--max-requests",
            paramLabel = "N",
            defaultValue = "256",
            description = "Requests at once. Default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--max-body",
            paramLabel = "MIB",
            defaultValue = "4",
            description = "Of a request, uploads excepted. Default: ${DEFAULT-VALUE}.")
    private int body;

    @Option(
            names = "--max-images",
            paramLabel = "N",
            defaultValue = "1000",
            description = "In one request to classify. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(
            names = "--max-data",
            paramLabel = "MIB",
            defaultValue = "2048",
            description = "Of one data set, uploaded or in HDFS. Default: ${DEFAULT-VALUE}.")
    private long data;

    @Option(
            names = "--max-event-streams",
            paramLabel = "N",
            defaultValue = "100",
            description = "Open at once. Default: ${DEFAULT-VALUE}.")
    private int streams;

    /** @throws IllegalArgumentException for what cannot be kept, or a token that cannot be read */
    GatewaySettings apply(GatewaySettings settings) {
        Limits defaults = Limits.defaults();
        Limits limits = defaults.withAtOnce(requests, defaults.unfinishedTrainings(), streams)
                .withSizes(Math.multiplyExact(body, MIB), images, defaults.imageBytes(), data * MIB)
                .withDeadline(Duration.ofMillis(Math.round(deadline * 1000)));
        GatewaySettings applied = settings.withAddress(new Address(host, port))
                .withOrigins(origins)
                .withLimits(limits);
        if (dataRoot.isPresent()) {
            applied = applied.withDataRoot(dataRoot.get());
        }
        if (hdfsData.isPresent()) {
            applied = applied.withHdfsData(hdfsData.get());
        }
        return tokenFile.isPresent() ? applied.withToken(token(tokenFile.get())) : applied;
    }

    private static String token(Path file) {
        try {
            if (Files.size(file) > LONGEST_TOKEN_FILE) {
                throw new IOException("it has more than %d bytes".formatted(LONGEST_TOKEN_FILE));
            }
            String token = Files.readString(file).strip();
            if (token.length() < SHORTEST_TOKEN) {
                throw new IOException("its token has fewer than %d characters; openssl rand -hex 32 makes a good one"
                        .formatted(SHORTEST_TOKEN));
            }
            return token;
        } catch (IOException e) {
            throw new IllegalArgumentException("--token-file %s cannot be used: %s".formatted(file, e.getMessage()), e);
        }
    }
}
