package io.inkstream.operators.feedback;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.FeedbackEvent;
import io.inkstream.schemas.v1.Prediction;
import io.inkstream.schemas.v1.ScoringRequest;
import io.inkstream.schemas.v1.ServedDigit;
import io.inkstream.schemas.v1.WaitingImage;

/** Makes events of the images and predictions that are joined with labels. */
final class Events {
    private Events() {}

    static FeedbackEvent image(ScoringRequest request) {
        WaitingImage.Builder image =
                WaitingImage.newBuilder().setSource(request.getSource()).setPixels(request.getPixels());
        if (request.hasCaptured()) {
            image.setCaptured(request.getCaptured());
        }
        return FeedbackEvent.newBuilder()
                .setImageId(request.getId())
                .setTime(request.hasReceived() ? Timestamps.toMillis(request.getReceived()) : now())
                .setImage(image)
                .build();
    }

    static FeedbackEvent served(Prediction prediction) {
        return FeedbackEvent.newBuilder()
                .setImageId(prediction.getId())
                .setTime(time(prediction))
                .setServed(ServedDigit.newBuilder()
                        .setVersion(prediction.getModelVersion())
                        .setDigit(prediction.getDigit()))
                .build();
    }

    /** The image's time, so that both are forgotten at once. */
    private static long time(Prediction prediction) {
        Timestamp time = prediction.hasReceived() ? prediction.getReceived() : prediction.getScored();
        boolean isTimed = prediction.hasReceived() || prediction.hasScored();
        return isTimed && Timestamps.isValid(time) ? Timestamps.toMillis(time) : now();
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
