package io.inkstream.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** {@code GET /openapi.yaml}: the description of this API. */
final class OpenApi {
    private OpenApi() {}

    static Reply get() throws IOException {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
            return Reply.text(200, "application/yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
