package io.inkstream.deploy;

import static org.assertj.core.api.Assertions.assertThat;

/** What is asked of the name of a container image. */
final class Images {

    private Images() {}

    /** A tag that names a version, at least major and minor, so that the same files start the same things next year. */
    static void requirePinned(String image) {
        assertThat(image).matches("[a-z0-9./-]+:v?[0-9]+\\.[0-9]+[a-z0-9._-]*");
    }
}
