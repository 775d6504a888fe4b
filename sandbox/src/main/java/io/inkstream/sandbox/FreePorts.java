package io.inkstream.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A block of ports that no other sandbox on this machine chooses from, though it is another process: whoever has the block
 * listens on the first of its ports until it is closed.
 *
 * <p>Blocks are below the ranges from which operating systems serve "any port" (Linux from 32768, some containers from
 * 16000, others from 49152), so that an outgoing connection seldom takes a port between its choice and its use.
 */
final class FreePorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FreePorts.class);
    private static final int LOWEST = 10_000;
    private static final int END = 16_000;
    private static final int BLOCK = 100;

    private final ServerSocket claim;
    private int last;

    private FreePorts(ServerSocket claim) {
        this.claim = claim;
    }

    /** This process's, until it ends. */
    static FreePorts ofThisProcess() {
        return OfThisProcess.PORTS;
    }

    /** Not before it is needed. */
    private static final class OfThisProcess {
        private static final FreePorts PORTS = claim();
    }

    static FreePorts claim() {
        List<Integer> blocks = new ArrayList<>(IntStream.range(0, (END - LOWEST) / BLOCK)
                .map(block -> LOWEST + block * BLOCK)
                .boxed()
                .toList());
        Collections.shuffle(blocks);
        for (int first : blocks) {
            try {
                return new FreePorts(listen(first));
            } catch (IOException e) {
                LOG.debug("The ports from {} on are another program's", first, e);
            }
        }
        throw new SandboxException(
                "Each block of %d ports from %d to %d is taken; stop other servers, or name the ports"
                        .formatted(BLOCK, LOWEST, END - 1));
    }

    /**
     * One on which nobody listens now; it is added to {@code used}. They are given in turn: one that a server has given up
     * may still be asked for by those who knew who listened there.
     */
    synchronized int next(Set<Integer> used) {
        for (int tried = 1; tried < BLOCK; tried++) {
            last = last % (BLOCK - 1) + 1;
            int port = first() + last;
            if (!used.contains(port) && isFree(port)) {
                used.add(port);
                return port;
            }
        }
        throw new SandboxException("No port from %d to %d is free; stop other servers, or name the ports"
                .formatted(first() + 1, first() + BLOCK - 1));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = listen(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private int first() {
        return claim.getLocalPort();
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByName("localhost"));
    }

    @Override
    public void close() throws IOException {
        claim.close();
    }
}
