package io.inkstream.gateway;

import io.inkstream.models.registry.ModelRegistry;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP service of one model: starts it and stops it. All state is in Kafka, ZooKeeper and HDFS; any number of gateways
 * may stand side by side.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int LONGEST_HEAD = 16 << 10;
    private static final int IDLE_MS = 60_000;
    private static final int HEAD_MS = 10_000;
    private static final int IO_THREADS = 2;
    /** Beside those that wait for predictions: probes and event streams. */
    private static final int MORE_THREADS = 8;

    /** Long enough for requests that wait for predictions. */
    private static final long STOP_MS = 5_000;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final String host;
    private final Api api;
    private final GracefulShutdownHandler requests;
    private final Undertow server;

    private Gateway(GatewaySettings settings) {
        host = settings.address().host();
        try {
            api = new Api(settings, ModelRegistry.open(settings.zookeeper(), settings.model()), parts);
        } catch (RuntimeException e) {
            closeParts();
            throw e instanceof IllegalArgumentException ? new GatewayException(e.getMessage(), e) : e;
        }
        requests = new GracefulShutdownHandler(api.handler());
        server = Undertow.builder()
                .addHttpListener(settings.address().port(), settings.address().host())
                .setIoThreads(IO_THREADS)
                .setWorkerThreads(settings.limits().concurrent() + MORE_THREADS)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, LONGEST_HEAD)
                .setServerOption(UndertowOptions.MAX_PARAMETERS, 100)
                .setServerOption(UndertowOptions.MAX_HEADERS, 100)
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, IDLE_MS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MS)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEAD_MS)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setHandler(requests)
                .build();
    }

    /**
     * Starts to listen. Does not wait for Kafka and ZooKeeper: until they answer, so does the gateway, with 503.
     *
     * @throws GatewayException where the port is taken, or the folder of data files is not there
     */
    public static Gateway start(GatewaySettings settings) {
        Gateway gateway = new Gateway(settings);
        try {
            gateway.server.start();
        } catch (RuntimeException e) {
            gateway.close();
            if (e.getCause() instanceof BindException) {
                throw new GatewayException(
                        "cannot listen on %s, port %d: %s; stop what listens there, or choose another --port"
                                .formatted(
                                        settings.address().host(),
                                        settings.address().port(),
                                        e.getCause().getMessage()),
                        e);
            }
            throw e;
        }
        LOG.info("the gateway of {} listens on {}", settings.model(), gateway.url());
        return gateway;
    }

    /** Where it listens, such as {@code http://localhost:8080}. */
    public String url() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return "http://" + host + ":" + address.getPort();
    }

    List<Api.Route> routes() {
        return api.routes();
    }

    /** Lets requests that are under way end, for some seconds, and takes no more. */
    @Override
    public void close() {
        requests.shutdown();
        api.endStreams();
        try {
            requests.awaitShutdown(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (server.getWorker() != null) {
            server.stop();
        }
        closeParts();
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            close(parts.pop());
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} could not be closed", part.getClass().getSimpleName(), e);
        }
    }
}
