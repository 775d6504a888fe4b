package io.inkstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JvmThreadsTest {
    @Test
    void readsALineOfProc() {
        String stat = "77 (C2 CompilerThre) S 1 1 1 0 -1 4194368 10 0 0 0 250 30 0 0 20 0 55 0 1234";
        assertThat(JvmThreads.kind(stat)).isEqualTo("JVM's compilers");
        assertThat(JvmThreads.nanos(stat)).isEqualTo(2_800_000_000L);
    }

    @Test
    void namesMayHaveBracketsAndSpaces() {
        String stat = "78 (GC Thread#0 (1) x) S 1 1 1 0 -1 4194368 10 0 0 0 1 2 0 0 20 0 55 0 1234";
        assertThat(JvmThreads.kind(stat)).isEqualTo("garbage collection");
        assertThat(JvmThreads.nanos(stat)).isEqualTo(30_000_000L);
    }

    @Test
    void threadsOfJavaAreLeftToTheManagementBean() {
        assertThat(JvmThreads.kind("79 (main) S 1 1")).isEmpty();
    }
}
