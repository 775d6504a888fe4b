package io.inkstream.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** {@code GET /} and {@code GET /page/{file}}: the page for people, a handful of files from the class path. */
final class Page {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private Page() {}

    static Reply start(Call call) throws IOException {
        return file("index.html").orElseThrow();
    }

    static Reply part(Call call) throws IOException {
        String name = call.path("file");
        return file(name)
                .orElseThrow(() -> ProblemException.notFound(
                        "the page has no file " + Words.cut(name), "GET / is the page; load it again"));
    }

    /** Names are plain words, so that none leads anywhere else. */
    private static Optional<Reply> file(String name) throws IOException {
        if (!name.matches("[a-z]{1,30}\\.(html|css|js|svg)")) {
            return Optional.empty();
        }
        try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                return Optional.empty();
            }
            String type = TYPES.get(name.substring(name.indexOf('.') + 1));
            return Optional.of(Reply.text(200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }
}
