package io.inkstream.sandbox.processes;

/** How a call of Flink's command line has ended, and all that it wrote. */
public record FlinkRun(int exitCode, String output) {}
