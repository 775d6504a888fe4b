package io.inkstream.gateway;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.PathTemplateMatch;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/** A request with its whole body. */
final class Call {
    private final HttpServerExchange exchange;
    private final byte[] body;
    private final long startedAt;

    Call(HttpServerExchange exchange, byte[] body, long startedAt) {
        this.exchange = exchange;
        this.body = body;
        this.startedAt = startedAt;
    }

    HttpServerExchange exchange() {
        return exchange;
    }

    /** Not a copy. */
    byte[] body() {
        return body;
    }

    /** By {@link System#nanoTime}. */
    long startedAt() {
        return startedAt;
    }

    /** A part of the path that the route has a name for. */
    String path(String name) {
        return exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY)
                .getParameters()
                .get(name);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(exchange.getQueryParameters().get(name)).map(Deque::getFirst);
    }

    /**
     * A number that the client may give in the query.
     *
     * @throws ProblemException where it is none, or out of range
     */
    int query(String name, int unless, int least, int most) {
        Optional<String> text = query(name);
        if (text.isEmpty()) {
            return unless;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As what is out of range.
        }
        throw ProblemException.badRequest(
                "%s=%s".formatted(name, Words.cut(text.get())), "give a number from %d to %d".formatted(least, most));
    }

    /** In lower case, without parameters; empty where there is none. */
    String contentType() {
        String header = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** Whether plain text is what the client wants, and not JSON. */
    boolean wantsText() {
        String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
        return accept != null && accept.contains("text/plain") && !accept.contains("json");
    }
}
