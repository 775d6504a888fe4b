package io.inkstream.cli;

import java.lang.management.ManagementFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** In whose name something is changed by hand, and why. */
final class HandOptions {
    @Option(names = "--why", paramLabel = "TEXT", defaultValue = "", description = "The reason, for the history.")
    String why;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who wants it, for the history. Default: the user's name and the host's.")
    private String by;

    @Option(names = "--json", description = "Print one JSON document.")
    boolean json;

    @Mixin
    RegistryOptions registry;

    String by() {
        return by == null ? System.getProperty("user.name") + "@" + host() : by;
    }

    /** The JVM's name is its process id and the host: no name server is asked. */
    private static String host() {
        String process = ManagementFactory.getRuntimeMXBean().getName();
        return process.substring(process.indexOf('@') + 1);
    }
}
