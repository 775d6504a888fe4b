package io.inkstream.operators.publishing;

import io.inkstream.schemas.v1.StagedVersion;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Keeps versions that wait for their checkpoint in the committer's state. */
final class StagedVersionSerializer implements SimpleVersionedSerializer<StagedVersion> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(StagedVersion staged) {
        return staged.toByteArray();
    }

    @Override
    public StagedVersion deserialize(int version, byte[] serialized) throws IOException {
        if (version != VERSION) {
            throw new IOException("a staged version has format %d, this release reads %d: upgrade Inkstream"
                    .formatted(version, VERSION));
        }
        return StagedVersion.parseFrom(serialized);
    }
}
