package io.inkstream.operators.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.StagedVersion;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StagedVersionSerializerTest {
    private final StagedVersionSerializer serializer = new StagedVersionSerializer();
    private final StagedVersion staged = StagedVersion.newBuilder()
            .setStaged("hdfs://localhost/.staging/3-x")
            .setVersion(ModelVersion.newBuilder().setVersion(3))
            .build();

    @Test
    void usageExample() throws IOException {
        byte[] bytes = serializer.serialize(staged);

        assertThat(serializer.deserialize(serializer.getVersion(), bytes)).isEqualTo(staged);
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] bytes = serializer.serialize(staged);

        assertThatThrownBy(() -> serializer.deserialize(2, bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("upgrade Inkstream");
    }
}
