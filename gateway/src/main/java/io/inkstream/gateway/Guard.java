package io.inkstream.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what: a bearer token for what changes something, where one is set; pages of other servers for nothing, unless
 * they are named; and on each answer the headers that keep browsers careful.
 */
final class Guard {
    private static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()",
            "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                            + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            "Cache-Control", "no-store");
    private static final String BEARER = "Bearer ";

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private final Optional<byte[]> token;
    private final List<String> origins;
    private final boolean isLocal;

    Guard(GatewaySettings settings) {
        token = settings.token().map(secret -> secret.getBytes(UTF_8));
        origins = settings.origins();
        isLocal = LOCAL.contains(settings.address().host());
    }

    /** Around all routes. */
    HttpHandler careful(HttpHandler next) {
        return exchange -> {
            HeaderMap answer = exchange.getResponseHeaders();
            HEADERS.forEach((name, value) -> answer.put(new HttpString(name), value));
            if (isLocal && !isKnownHost(exchange)) {
                Exchanges.send(exchange, Reply.of(strangeName(exchange.getHostName())));
                return;
            }
            Optional<String> origin =
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.ORIGIN));
            if (origin.isPresent() && !isOwn(exchange, origin.get())) {
                if (!origins.contains(origin.get())) {
                    Exchanges.send(exchange, Reply.of(foreign(origin.get())));
                    return;
                }
                allow(answer, origin.get());
                if (exchange.getRequestMethod().equalToString("OPTIONS")) {
                    exchange.setStatusCode(204).endExchange();
                    return;
                }
            }
            next.handleRequest(exchange);
        };
    }

    /** A name that a stranger has pointed at this machine makes the stranger's pages look like our own. */
    private boolean isKnownHost(HttpServerExchange exchange) {
        return LOCAL.contains(exchange.getHostName())
                || origins.stream().anyMatch(origin -> origin.endsWith("//" + exchange.getHostAndPort()));
    }

    private static ProblemException strangeName(String host) {
        return new ProblemException(
                421,
                "this gateway listens for this machine only, and is not %s".formatted(Words.cut(host)),
                "call it localhost; start it with --host, or with --allow-origin for what stands before it");
    }

    private static boolean isOwn(HttpServerExchange exchange, String origin) {
        return origin.equals("http://" + exchange.getHostAndPort())
                || origin.equals("https://" + exchange.getHostAndPort());
    }

    private static ProblemException foreign(String origin) {
        return new ProblemException(
                403,
                "a page of %s may not call this gateway".formatted(Words.cut(origin)),
                "start the gateway with --allow-origin for that page");
    }

    private static void allow(HeaderMap answer, String origin) {
        answer.put(new HttpString("Access-Control-Allow-Origin"), origin);
        answer.put(new HttpString("Access-Control-Allow-Methods"), "GET, POST, DELETE");
        answer.put(new HttpString("Access-Control-Allow-Headers"), "Authorization, Content-Type");
        answer.put(new HttpString("Cross-Origin-Resource-Policy"), "cross-origin");
        answer.put(Headers.VARY, "Origin");
    }

    /** For routes that change something. */
    HttpHandler protectedBy(HttpHandler next) {
        return exchange -> {
            if (token.isEmpty() || isKnown(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))) {
                next.handleRequest(exchange);
                return;
            }
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
            Exchanges.send(
                    exchange,
                    Reply.of(new ProblemException(
                            401,
                            "this changes something, and wants a token",
                            "send the header Authorization: Bearer … with what stands in the gateway's --token-file")));
        };
    }

    /** Takes as long for a wrong token as for the right one. */
    private boolean isKnown(String header) {
        return header != null
                && header.startsWith(BEARER)
                && MessageDigest.isEqual(header.substring(BEARER.length()).getBytes(UTF_8), token.get());
    }
}
