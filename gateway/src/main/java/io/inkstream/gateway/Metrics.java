package io.inkstream.gateway;

import com.google.protobuf.ByteString;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What the gateway counts and measures, for Prometheus. */
final class Metrics {
    private static final double[] SECONDS = {
        0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Counter requests = Counter.builder()
            .name("inkstream_gateway_requests")
            .help("Requests, by route and status.")
            .labelNames("method", "route", "status")
            .register(registry);
    private final Histogram duration = Histogram.builder()
            .name("inkstream_gateway_request_seconds")
            .help("From the head of a request to the end of its answer.")
            .labelNames("method", "route")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Histogram scoring = Histogram.builder()
            .name("inkstream_gateway_classify_seconds")
            .help("From a request to the answer of the scoring job, of each image.")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Counter images = Counter.builder()
            .name("inkstream_gateway_images")
            .help("Images sent to be scored.")
            .register(registry);
    private final Counter produced = Counter.builder()
            .name("inkstream_gateway_training_images")
            .help("Images of data sets sent to be trained on.")
            .register(registry);

    Metrics() {
        JvmMetrics.builder().register(registry);
    }

    void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name("inkstream_gateway_" + name)
                .help(help)
                .callback(gauge -> gauge.call(value.getAsDouble()))
                .register(registry);
    }

    /** Counts the requests of one route. */
    HttpHandler counted(String method, String route, HttpHandler next) {
        return exchange -> {
            long startedAt = System.nanoTime();
            exchange.addExchangeCompleteListener((ended, following) -> {
                requests.labelValues(method, route, Integer.toString(ended.getStatusCode()))
                        .inc();
                duration.labelValues(method, route).observe((System.nanoTime() - startedAt) / 1e9);
                following.proceed();
            });
            next.handleRequest(exchange);
        };
    }

    void sent(int count) {
        images.inc(count);
    }

    void answered(long nanos) {
        scoring.observe(nanos / 1e9);
    }

    void produced(long count) {
        produced.inc(count);
    }

    Reply get() throws IOException {
        ByteString.Output out = ByteString.newOutput();
        writer.write(out, registry.scrape());
        return new Reply(200, writer.getContentType(), out.toByteString(), Map.of());
    }
}
