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
        ModelVersion.Builder version = ModelVersion.newBuilder();
        parse(path, json, version);
        checkFormat(path, version.getFormat());
        return version.build();
    }

    static LivePointer live(String path, String json) {
        LivePointer.Builder live = LivePointer.newBuilder();
        parse(path, json, live);
        checkFormat(path, live.getFormat());
        return live.build();
    }

    static Candidate candidate(String path, String json) {
        Candidate.Builder candidate = Candidate.newBuilder();
        parse(path, json, candidate);
        checkFormat(path, candidate.getFormat());
        return candidate.build();
    }

    static Move move(String path, String json) {
        Move.Builder move = Move.newBuilder();
        parse(path, json, move);
        checkFormat(path, move.getFormat());
        return move.build();
    }

    static ScorerStatus scorer(String path, String json) {
        ScorerStatus.Builder scorer = ScorerStatus.newBuilder();
        parse(path, json, scorer);
        checkFormat(path, scorer.getFormat());
        return scorer.build();
    }

    static NewestVersion newest(String path, String json) {
        NewestVersion.Builder newest = NewestVersion.newBuilder();
        parse(path, json, newest);
        checkFormat(path, newest.getFormat());
        return newest.build();
    }

    static TrainerClaim claim(String path, String json) {
        TrainerClaim.Builder claim = TrainerClaim.newBuilder();
        parse(path, json, claim);
        checkFormat(path, claim.getFormat());
        return claim.build();
    }

    static LiveEvaluation accuracy(String path, String json) {
        LiveEvaluation.Builder accuracy = LiveEvaluation.newBuilder();
        parse(path, json, accuracy);
        checkFormat(path, accuracy.getFormat());
        return accuracy.build();
    }

    static TrainingBatch batch(String path, String json) {
        TrainingBatch.Builder batch = TrainingBatch.newBuilder();
        parse(path, json, batch);
        checkFormat(path, batch.getFormat());
        return batch.build();
    }

    private static void parse(String path, String json, Message.Builder into) {
        try {
            PARSER.merge(json, into);
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException(
                    "ZooKeeper node %s holds no %s: %s"
                            .formatted(path, into.getDescriptorForType().getName(), e.getMessage()),
                    e);
        }
    }

    private static void checkFormat(String path, int format) {
        if (format < 1 || format > ModelRegistry.FORMAT) {
            throw new RegistryException(
                    "ZooKeeper node %s has format %d, this release reads up to %d: upgrade Inkstream"
                            .formatted(path, format, ModelRegistry.FORMAT));
        }
    }
}
