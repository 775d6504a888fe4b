package io.inkstream.cli;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.inkstream.schemas.v1.Label;
import java.io.IOException;
import java.text.ParseException;
import java.util.List;

/** Reads a label from a line: {@code id,digit}, {@code id,digit,reason,labeled}, or a JSON object with these keys. */
final class LabelLines {
    static final int MAX_ID = 1_024;
    static final int MAX_REASON = 64;

    private static final String FORMS =
            "id,digit[,reason[,labeled]] or {\"id\":\"…\",\"digit\":7,\"reason\":\"…\",\"labeled\":\"…\"}";
    private static final ObjectReader CSV = new CsvMapper()
            .readerFor(String[].class)
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.TRIM_SPACES);

    private LabelLines() {}

    /** Says what is wrong with a line. */
    static final class UnusableLineException extends Exception {
        UnusableLineException(String message) {
            super(message);
        }
    }

    /** Whether it names the columns, as the first line of a table may. */
    static boolean isHeader(String line) {
        return line.matches("(?i)\\s*\"?(image_?)?id\"?\\s*,\\s*\"?digit\"?\\s*(,.*)?");
    }

    static Label parse(String line) throws UnusableLineException {
        Label label = line.stripLeading().startsWith("{") ? json(line) : csv(line);
        require(!label.getImageId().isBlank(), "it has no id; write " + FORMS);
        require(
                label.getImageId().length() <= MAX_ID,
                "the id has %,d characters, and at most %,d are possible"
                        .formatted(label.getImageId().length(), MAX_ID));
        require(label.hasDigit(), "it has no digit; write " + FORMS);
        require(
                label.getDigit() >= 0 && label.getDigit() <= 9,
                "the digit is %s, and must be 0 to 9".formatted(Integer.toUnsignedString(label.getDigit())));
        require(
                label.getReason().length() <= MAX_REASON,
                "the reason has %,d characters, and at most %d are possible"
                        .formatted(label.getReason().length(), MAX_REASON));
        return label;
    }

    private static Label csv(String line) throws UnusableLineException {
        List<String> fields = fields(line);
        require(
                fields.size() >= 2 && fields.size() <= 4,
                "it has %s; write %s".formatted(Plain.count(fields.size(), "field"), FORMS));
        Label.Builder label = Label.newBuilder().setImageId(fields.get(0));
        require(
                fields.get(1).matches("[0-9]"),
                "the digit is '%s', and must be 0 to 9".formatted(Plain.cut(fields.get(1), 20)));
        label.setDigit(Integer.parseInt(fields.get(1)));
        if (fields.size() > 2) {
            label.setReason(fields.get(2));
        }
        if (fields.size() > 3 && !fields.get(3).isEmpty()) {
            setTime(label, fields.get(3));
        }
        return label.build();
    }

    private static List<String> fields(String line) throws UnusableLineException {
        try (MappingIterator<String[]> rows = CSV.readValues(line)) {
            return List.of(rows.nextValue());
        } catch (IOException e) {
            throw new UnusableLineException("its quotes do not match; write " + FORMS);
        }
    }

    private static void setTime(Label.Builder label, String time) throws UnusableLineException {
        try {
            label.setLabeled(Timestamps.parse(time));
        } catch (ParseException e) {
            throw new UnusableLineException(
                    "labeled is '%s'; write it like 2026-03-01T09:30:00Z".formatted(Plain.cut(time, 40)));
        }
    }

    /** As protobuf reads a Label, which knows the id by a longer name. */
    private static Label json(String line) throws UnusableLineException {
        try {
            JsonObject object = JsonParser.parseString(line).getAsJsonObject();
            JsonElement id = object.remove("id");
            if (id != null) {
                object.add("image_id", id);
            }
            Label.Builder label = Label.newBuilder();
            JsonFormat.parser().merge(object.toString(), label);
            return label.build();
        } catch (JsonParseException | InvalidProtocolBufferException e) {
            throw new UnusableLineException(
                    "it is no label: %s; write %s".formatted(Plain.cut(String.valueOf(e.getMessage()), 120), FORMS));
        }
    }

    private static void require(boolean met, String otherwise) throws UnusableLineException {
        if (!met) {
            throw new UnusableLineException(otherwise);
        }
    }
}
