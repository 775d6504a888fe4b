package io.inkstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.models.registry.ZooKeeperAccess;
import io.inkstream.operators.publishing.VersionSink;
import io.inkstream.schemas.v1.SourceState;
import io.inkstream.schemas.v1.VersionCutterState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class GoldenStatesTest {
    @Test
    void theFirstReleasesVersionCutterStateIsRead() throws IOException {
        byte[] golden = GoldenStates.golden("version-cutter-state-1.bin");

        assertThat(GoldenStates.read(VersionCutterState.class, golden)).isEqualTo(GoldenStates.versionCutter());
        assertThat(GoldenStates.write(VersionCutterState.class, GoldenStates.versionCutter()))
                .isEqualTo(golden);
    }

    @Test
    void theFirstReleasesSourceStateIsRead() throws IOException {
        byte[] golden = GoldenStates.golden("source-state-1.bin");

        assertThat(GoldenStates.read(SourceState.class, golden)).isEqualTo(GoldenStates.source());
        assertThat(GoldenStates.write(SourceState.class, GoldenStates.source())).isEqualTo(golden);
    }

    @Test
    void theFirstReleasesStagedVersionIsRead() throws IOException {
        byte[] golden = GoldenStates.golden("staged-version-1.pb");
        var serializer = new VersionSink("hdfs://namenode", ZooKeeperAccess.open("zookeeper"), "digits")
                .getCommittableSerializer();

        assertThat(serializer.deserialize(1, golden)).isEqualTo(GoldenStates.staged());
        assertThat(serializer.serialize(GoldenStates.staged())).isEqualTo(golden);
    }
}
