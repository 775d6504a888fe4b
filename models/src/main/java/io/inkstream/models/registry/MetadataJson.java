package io.inkstream.models.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.inkstream.schemas.v1.Candidate;
import io.inkstream.schemas.v1.LiveEvaluation;
import io.inkstream.schemas.v1.LivePointer;
import io.inkstream.schemas.v1.ModelVersion;
import io.inkstream.schemas.v1.Move;
import io.inkstream.schemas.v1.NewestVersion;
import io.inkstream.schemas.v1.ScorerStatus;
import io.inkstream.schemas.v1.TrainerClaim;
import io.inkstream.schemas.v1.TrainingBatch;

/** Turns the registry's messages into the JSON that stands in ZooKeeper, and back. */
final class MetadataJson {

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer();
    // A minor release may add fields; what an old reader must not misread raises the format instead.
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    private MetadataJson() {}

    static String write(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a message that has a JSON form", e);
        }
    }

    static ModelVersion version(String path, String json) {
        return parse(path, json, ModelVersion.newBuilder()).build();
    }

    static LivePointer live(String path, String json) {
        return parse(path, json, LivePointer.newBuilder()).build();
    }

    static Candidate candidate(String path, String json) {
        return parse(path, json, Candidate.newBuilder()).build();
    }

    static Move move(String path, String json) {
        return parse(path, json, Move.newBuilder()).build();
    }

    static ScorerStatus scorer(String path, String json) {
        return parse(path, json, ScorerStatus.newBuilder()).build();
    }

    static NewestVersion newest(String path, String json) {
        return parse(path, json, NewestVersion.newBuilder()).build();
    }

    static TrainerClaim claim(String path, String json) {
        return parse(path, json, TrainerClaim.newBuilder()).build();
    }

    static LiveEvaluation accuracy(String path, String json) {
        return parse(path, json, LiveEvaluation.newBuilder()).build();
    }

    static TrainingBatch batch(String path, String json) {
        return parse(path, json, TrainingBatch.newBuilder()).build();
    }

    /** All messages of the registry have a format. */
    private static <B extends Message.Builder> B parse(String path, String json, B into) {
        try {
            PARSER.merge(json, into);
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException(
                    "ZooKeeper node %s holds no %s: %s"
                            .formatted(path, into.getDescriptorForType().getName(), e.getMessage()),
                    e);
        }
        checkFormat(path, (int) into.getField(into.getDescriptorForType().findFieldByName("format")));
        return into;
    }

    private static void checkFormat(String path, int format) {
        if (format < 1 || format > ModelRegistry.FORMAT) {
            throw new RegistryException(
                    "ZooKeeper node %s has format %d, this release reads up to %d: upgrade Inkstream"
                            .formatted(path, format, ModelRegistry.FORMAT));
        }
    }
}
