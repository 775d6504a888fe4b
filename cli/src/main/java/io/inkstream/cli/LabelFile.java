package io.inkstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.schemas.v1.Label;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Walks over the labels in a file, a line each, and names the line that is none. Empty lines and a first line with the
 * names of the columns are passed over.
 *
 * <p>It reads as it goes and holds one line in memory, however large the file.
 */
final class LabelFile implements Iterator<Label>, AutoCloseable {
    /** More than any label needs. */
    private static final int MAX_LINE = 16_384;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String name;
    private final Reader reader;
    private long number;
    private boolean interrupted;
    private Label next;

    LabelFile(String name, Reader reader) {
        this.name = name;
        this.reader = reader;
    }

    /** @throws CliException if there is no such file */
    static LabelFile open(Path file) {
        try {
            return new LabelFile(file.toString(), Files.newBufferedReader(file));
        } catch (NoSuchFileException e) {
            throw new CliException("not found: " + file, e);
        } catch (IOException e) {
            throw new CliException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    static LabelFile standardInput() {
        return pipe("standard input", new FileInputStream(FileDescriptor.in));
    }

    /** As a channel: a thread that reads from a stream cannot be interrupted, by Ctrl-C or anything else. */
    static LabelFile pipe(String name, FileInputStream pipe) {
        InputStream input = Channels.newInputStream(pipe.getChannel());
        return new LabelFile(name, new BufferedReader(new InputStreamReader(input, UTF_8.newDecoder())));
    }

    /** @throws CliException if there is one more line, and it is no label */
    @Override
    public boolean hasNext() {
        try {
            while (next == null && !interrupted) {
                String line = line();
                if (line == null) {
                    return false;
                }
                if (!line.isBlank() && !(number == 1 && LabelLines.isHeader(line))) {
                    next = LabelLines.parse(line);
                }
            }
            return next != null;
        } catch (LabelLines.UnusableLineException e) {
            throw new CliException("%s, line %d: %s".formatted(name, number, e.getMessage()), e);
        } catch (ClosedByInterruptException e) {
            // Whoever goes on with what there is finds the thread interrupted.
            interrupted = true;
            return false;
        } catch (CharacterCodingException e) {
            throw new CliException("%s, line %d or after it: this is not UTF-8".formatted(name, number), e);
        } catch (IOException e) {
            throw new CliException("cannot read %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    @Override
    public Label next() {
        if (!hasNext()) {
            throw new NoSuchElementException(name + " has no more lines");
        }
        Label label = next;
        next = null;
        return label;
    }

    /** Null at the end. */
    private String line() throws IOException, LabelLines.UnusableLineException {
        number++;
        StringBuilder line = new StringBuilder();
        int c = reader.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (line.length() == MAX_LINE) {
                throw new LabelLines.UnusableLineException(
                        "it is longer than %,d characters: a label to each line".formatted(MAX_LINE));
            }
            if (!(number == 1 && line.isEmpty() && c == BYTE_ORDER_MARK)) {
                line.append((char) c);
            }
            c = reader.read();
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new CliException("cannot close %s: %s".formatted(name, e.getMessage()), e);
        }
    }
}
