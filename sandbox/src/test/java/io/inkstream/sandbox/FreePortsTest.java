package io.inkstream.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @Test
    void twoWhoChooseAtTheSameTimeNeverChooseTheSame() throws Exception {
        try (FreePorts one = FreePorts.claim();
                FreePorts other = FreePorts.claim()) {
            Set<Integer> ofOne = new HashSet<>();
            Set<Integer> ofOther = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                one.next(ofOne);
                other.next(ofOther);
            }
            assertThat(ofOne).hasSize(50).doesNotContainAnyElementsOf(ofOther);
            assertThat(ofOther).hasSize(50);
        }
    }

    @Test
    void aPortThatSomebodyListensOnIsNotChosen() throws Exception {
        try (FreePorts ports = FreePorts.claim()) {
            Set<Integer> all = new HashSet<>();
            int taken = ports.next(all);
            try (ServerSocket somebody = new ServerSocket(taken, 1, InetAddress.getByName("localhost"))) {
                Set<Integer> free = new HashSet<>();
                while (free.size() < 50) {
                    ports.next(free);
                }
                assertThat(free).doesNotContain(somebody.getLocalPort());
            }
        }
    }
}
