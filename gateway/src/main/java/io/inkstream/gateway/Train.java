package io.inkstream.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.datasets.Dataset;
import io.inkstream.datasets.DatasetException;
import io.inkstream.datasets.Datasets;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.TrainingBatches;
import io.inkstream.schemas.v1.BatchState;
import io.inkstream.schemas.v1.TrainingBatch;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;

/** {@code POST}, {@code GET} and {@code DELETE /digits/train}: takes data sets to be trained on, and tells how far they are. */
final class Train {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS").withZone(ZoneOffset.UTC);
    private static final int LONGEST_SOURCE = 200;
    private static final int MOST_LISTED = 100;

    private final GatewaySettings settings;
    private final ModelRegistry registry;
    private final TrainingBatches batches;
    private final TrainedVersions versions;
    private final BatchWork work;
    private final DataFiles files;
    private final HdfsData hdfs;
    private final Uploads uploads;

    Train(
            GatewaySettings settings,
            ModelRegistry registry,
            TrainingBatches batches,
            TrainedVersions versions,
            BatchWork work,
            DataFiles files,
            HdfsData hdfs) {
        this.settings = settings;
        this.registry = registry;
        this.batches = batches;
        this.versions = versions;
        this.work = work;
        this.files = files;
        this.hdfs = hdfs;
        this.uploads = new Uploads(settings.limits());
    }

    /** A path in JSON. */
    Reply post(Call call) {
        JsonObject request = Json.object(call.body());
        String path = Json.text(request, "images_batch_path")
                .orElseThrow(() -> ProblemException.badRequest(
                        "images_batch_path is missing",
                        "send {\"images_batch_path\": \"mnist.npz\"}, or the files as multipart/form-data"));
        requireRoom();
        TrainingBatch.Builder batch = TrainingBatch.newBuilder().setPath(path);
        if (HdfsData.isHdfs(path)) {
            hdfs.require(path);
            batch.setSource(source(request, path));
        } else {
            Dataset images = open(files.dataset(path));
            batch.setSource(source(request, images.name())).setImages(images.size());
        }
        return accept(newId(), batch);
    }

    private static String source(JsonObject request, String unless) {
        String source = Json.text(request, "source").orElse(unless);
        if (source.isBlank() || source.length() > LONGEST_SOURCE) {
            throw ProblemException.badRequest(
                    "source has %d characters".formatted(source.length()),
                    "give 1 to %d, or leave it out".formatted(LONGEST_SOURCE));
        }
        return source;
    }

    /** Files in a form. */
    Reply upload(Call call) throws IOException {
        requireRoom();
        String id = newId();
        try (Uploads.Upload upload = uploads.receive(call.exchange())) {
            Dataset images = open(upload.spec());
            String folder = hdfs.keep(id, upload.files());
            String path = upload.isFolder() ? folder : folder + "/" + upload.name();
            return accept(
                    id,
                    TrainingBatch.newBuilder()
                            .setPath(path)
                            .setSource(images.name())
                            .setImages(images.size())
                            .setUploaded(true));
        }
    }

    /** Before it is accepted, so that the client hears at once what is wrong with it. */
    private Dataset open(String spec) {
        try {
            Dataset images = Datasets.open(spec).requireLabels();
            if (images.size() == 0) {
                throw new DatasetException("there is no image in it");
            }
            return images;
        } catch (DatasetException e) {
            throw new ProblemException(
                    422,
                    files.withoutRoot(Words.of(e)),
                    "name labelled images: an npz with x_train and y_train, IDX files, or a folder with sub-folders 0 to"
                            + " 9");
        }
    }

    private void requireRoom() {
        long unfinished = batches.ids().stream()
                .filter(id -> !work.isSettled(id))
                .flatMap(id -> batches.read(id).stream())
                .filter(TrainingBatches::isToBeSent)
                .count();
        if (unfinished >= settings.limits().unfinishedTrainings()) {
            throw ProblemException.tooMany(
                    "%d data sets wait to be sent, which is the limit".formatted(unfinished),
                    "try again when one has ended, or stop one: DELETE /digits/train/{id}");
        }
    }

    /** Begins with the time, so that ids are in order. */
    private static String newId() {
        return ID_TIME.format(Instant.now()) + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    private Reply accept(String id, TrainingBatch.Builder batch) {
        Timestamp now = Timestamps.now();
        TrainingBatch accepted = batch.setId(id)
                .setState(BatchState.BATCH_ACCEPTED)
                .setAccepted(now)
                .setProgress(now)
                .setNewestBefore(registry.newest().orElse(0))
                .build();
        batches.add(accepted);
        work.lookSoon();
        return Reply.json(202, BatchStatus.of(accepted, versions.newest())).with("Location", "/digits/train/" + id);
    }

    Reply get(Call call) {
        String id = call.path("id");
        TrainingBatch batch = batches.read(id).orElseThrow(() -> unknown(id));
        return Reply.json(200, BatchStatus.of(batch, versions.newest()));
    }

    /** The newest first. */
    Reply list(Call call) {
        int limit = call.query("limit", MOST_LISTED, 1, MOST_LISTED);
        List<String> ids = batches.ids();
        JsonArray array = new JsonArray();
        for (int i = ids.size() - 1; i >= 0 && array.size() < limit; i--) {
            batches.read(ids.get(i)).ifPresent(batch -> array.add(BatchStatus.of(batch, versions.newest())));
        }
        JsonObject document = new JsonObject();
        document.add("trainings", array);
        return Reply.json(200, document);
    }

    /** Ends the sending; what was sent is trained all the same. */
    Reply delete(Call call) {
        String id = call.path("id");
        TrainingBatch batch = batches.update(id, now -> switch (now.getState()) {
                    case BATCH_ACCEPTED, BATCH_PRODUCING ->
                        now.toBuilder().setState(BatchState.BATCH_STOPPING).build();
                    default -> now;
                })
                .orElseThrow(() -> unknown(id));
        if (batch.getState() != BatchState.BATCH_STOPPING && batch.getState() != BatchState.BATCH_STOPPED) {
            throw new ProblemException(
                    409,
                    "all of it is sent, or it has failed: it is %s".formatted(BatchStatus.state(batch)),
                    "what is in Kafka is trained; go back to an earlier version: POST /models/rollback");
        }
        work.lookSoon();
        return Reply.json(202, BatchStatus.of(batch, versions.newest()));
    }

    private static ProblemException unknown(String id) {
        return ProblemException.notFound(
                "there is no training '%s', or it ended long ago".formatted(Words.cut(id)),
                "GET /digits/train lists those that are known");
    }
}
