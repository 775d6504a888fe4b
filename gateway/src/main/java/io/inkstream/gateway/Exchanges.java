package io.inkstream.gateway;

import io.inkstream.models.registry.RegistryException;
import io.undertow.io.Receiver;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Brings requests to their endpoints and answers back.
 *
 * <p>Bodies are read without a thread, within a time and a size; all that are in memory at once have a bound, too. Only then
 * a worker begins.
 */
final class Exchanges {
    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
    private static final long BODY_SECONDS = 30;
    private static final int BODIES_IN_MEMORY_KIB = 64 << 10;

    private final Limits limits;
    private final Semaphore requests;
    private final Semaphore memory = new Semaphore(BODIES_IN_MEMORY_KIB);

    Exchanges(Limits limits) {
        this.limits = limits;
        this.requests = new Semaphore(limits.concurrent());
    }

    /** For what is answered however busy the gateway is. */
    HttpHandler always(Endpoint endpoint) {
        return exchange -> exchange.dispatch(() -> answer(exchange, new byte[0], System.nanoTime(), endpoint));
    }

    /** For requests whose body, if they have one, fits into memory. */
    HttpHandler limited(Endpoint endpoint) {
        return counted(exchange -> receive(exchange, endpoint));
    }

    /** For an endpoint that reads the body from the exchange itself. */
    HttpHandler streaming(Endpoint endpoint) {
        return counted(exchange -> {
            exchange.setMaxEntitySize(limits.dataBytes());
            exchange.dispatch(() -> {
                exchange.startBlocking();
                answer(exchange, new byte[0], System.nanoTime(), endpoint);
            });
        });
    }

    private HttpHandler counted(HttpHandler next) {
        return exchange -> {
            if (!requests.tryAcquire()) {
                send(exchange, Reply.of(tooBusy()));
                return;
            }
            exchange.addExchangeCompleteListener((ended, following) -> {
                requests.release();
                following.proceed();
            });
            next.handleRequest(exchange);
        };
    }

    private ProblemException tooBusy() {
        return ProblemException.tooMany(
                "%d requests are under way, which is the limit".formatted(limits.concurrent()),
                "try again in a moment; run more gateways, or allow more (--max-requests)");
    }

    private void receive(HttpServerExchange exchange, Endpoint endpoint) {
        long startedAt = System.nanoTime();
        long announced = exchange.getRequestContentLength();
        if (announced > limits.bodyBytes()) {
            send(exchange, Reply.of(bodyTooLarge()));
            return;
        }
        int kib = (int) ((announced < 0 ? limits.bodyBytes() : announced) >> 10) + 1;
        if (exchange.isRequestComplete()) {
            kib = 0;
        }
        if (!memory.tryAcquire(kib)) {
            send(exchange, Reply.of(tooBusy()));
            return;
        }
        int acquired = kib;
        exchange.addExchangeCompleteListener((ended, following) -> {
            memory.release(acquired);
            following.proceed();
        });
        exchange.setMaxEntitySize(limits.bodyBytes());
        XnioExecutor.Key late = exchange.getIoThread()
                .executeAfter(() -> IoUtils.safeClose(exchange.getConnection()), BODY_SECONDS, TimeUnit.SECONDS);
        Receiver receiver = exchange.getRequestReceiver();
        // The size of the entity is not looked at where it comes in chunks that have all arrived.
        receiver.setMaxBufferSize(limits.bodyBytes());
        receiver.receiveFullBytes(
                (received, body) -> {
                    late.remove();
                    received.dispatch(() -> answer(received, body, startedAt, endpoint));
                },
                (failed, e) -> {
                    late.remove();
                    send(failed, Reply.of(unreadable(e)));
                });
    }

    private ProblemException unreadable(Exception e) {
        return e instanceof Receiver.RequestToLargeException
                ? bodyTooLarge()
                : ProblemException.badRequest("the body could not be read: " + Words.of(e), "send it again");
    }

    private ProblemException bodyTooLarge() {
        return ProblemException.tooLarge(
                "the body has more than %d bytes".formatted(limits.bodyBytes()),
                "send fewer images at a time; a data set goes to POST /digits/train as an upload");
    }

    private static void answer(HttpServerExchange exchange, byte[] body, long startedAt, Endpoint endpoint) {
        Optional<Reply> reply = Optional.empty();
        try {
            reply = Optional.of(reply(new Call(exchange, body, startedAt), endpoint));
        } finally {
            // Also after an Error, which goes on: who does not answer holds the request's share of all limits.
            send(exchange, reply.orElseGet(Exchanges::failed));
        }
    }

    private static Reply failed() {
        return Reply.of(new ProblemException(
                500, "the gateway has failed", "try again, or ask another one; its log says more"));
    }

    private static Reply reply(Call call, Endpoint endpoint) {
        try {
            return endpoint.answer(call);
        } catch (ProblemException e) {
            return Reply.of(e);
        } catch (RegistryException e) {
            return Reply.of(ProblemException.unavailable(
                    "the registry does not answer: " + Words.of(e), "try again; GET /readyz tells when it is back"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.of(ProblemException.unavailable("the gateway is stopping", "ask another one"));
        } catch (Exception e) {
            LOG.error(
                    "{} {} failed",
                    call.exchange().getRequestMethod(),
                    call.exchange().getRequestPath(),
                    e);
            return Reply.of(new ProblemException(
                    500, "unexpected " + e.getClass().getSimpleName(), "the gateway's log says more"));
        }
    }

    static void send(HttpServerExchange exchange, Reply reply) {
        if (exchange.isResponseStarted()) {
            return;
        }
        exchange.setStatusCode(reply.status());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, reply.contentType());
        reply.headers().forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
        exchange.getResponseSender().send(reply.body().asReadOnlyByteBuffer());
    }
}
