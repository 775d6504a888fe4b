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
            int taken = ports.next(new HashSet<>());
            try (ServerSocket somebody = new ServerSocket(taken, 1, InetAddress.getByName("localhost"))) {
                for (int i = 0; i < 100; i++) {
                    assertThat(ports.next(new HashSet<>())).isNotEqualTo(somebody.getLocalPort());
                }
            }
        }
    }

    @Test
    void aPortThatIsGivenUpIsNotChosenAgainSoon() throws Exception {
        try (FreePorts ports = FreePorts.claim()) {
            Set<Integer> given = new HashSet<>();
            for (int i = 0; i < 90; i++) {
                given.add(ports.next(new HashSet<>()));
            }
            assertThat(given).hasSize(90);
        }
    }
}
