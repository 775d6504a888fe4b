package io.inkstream.operators.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A digit as somebody may draw it with a mouse on a canvas of 280 × 280; {@code drawings.txt} says what they are. */
record DrawnDigit(int digit, String hand, int width, Color ink, Color paper, List<List<Point2D>> strokes) {
    private static final int SIDE = 280;
    /** Samples of the mouse for each point in the file. */
    private static final int SAMPLES = 6;

    static List<DrawnDigit> all() throws IOException {
        try (InputStream lines = DrawnDigit.class.getResourceAsStream("/drawings.txt")) {
            return new String(lines.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(DrawnDigit::parse)
                    .toList();
        }
    }

    private static DrawnDigit parse(String line) {
        List<String> fields =
                Arrays.stream(line.split("\\|")).map(String::strip).toList();
        List<List<Point2D>> strokes = Arrays.stream(fields.get(5).split("/"))
                .map(stroke -> Arrays.stream(stroke.strip().split(" "))
                        .map(DrawnDigit::point)
                        .toList())
                .toList();
        return new DrawnDigit(
                Integer.parseInt(fields.get(0)),
                fields.get(1),
                Integer.parseInt(fields.get(2)),
                new Color(Integer.parseInt(fields.get(3), 16)),
                new Color(Integer.parseInt(fields.get(4), 16)),
                strokes);
    }

    private static Point2D point(String text) {
        int comma = text.indexOf(',');
        return new Point2D.Double(
                Integer.parseInt(text.substring(0, comma)), Integer.parseInt(text.substring(comma + 1)));
    }

    BufferedImage draw() {
        BufferedImage canvas = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = canvas.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setColor(paper);
        pen.fillRect(0, 0, SIDE, SIDE);
        pen.setColor(ink);
        pen.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        Random tremble = new Random(hashCode(digit, hand));
        strokes.forEach(stroke -> pen.draw(path(stroke, tremble)));
        pen.dispose();
        return canvas;
    }

    private static long hashCode(int digit, String hand) {
        return digit * 31L + hand.hashCode();
    }

    /** Whole pixels, as a mouse gives them, up to one off the curve. */
    private static Path2D path(List<Point2D> points, Random tremble) {
        Path2D path = new Path2D.Double();
        for (Point2D on : curve(points)) {
            double x = Math.rint(on.getX() + 2 * tremble.nextDouble() - 1);
            double y = Math.rint(on.getY() + 2 * tremble.nextDouble() - 1);
            if (path.getCurrentPoint() == null) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        return path;
    }

    /** A Catmull-Rom spline through the points. */
    private static List<Point2D> curve(List<Point2D> points) {
        List<Point2D> curve = new ArrayList<>();
        int last = points.size() - 1;
        for (int i = 0; i < last; i++) {
            Point2D before = points.get(Math.max(0, i - 1));
            Point2D from = points.get(i);
            Point2D to = points.get(i + 1);
            Point2D after = points.get(Math.min(last, i + 2));
            for (int sample = 0; sample < SAMPLES; sample++) {
                double t = (double) sample / SAMPLES;
                curve.add(new Point2D.Double(
                        spline(before.getX(), from.getX(), to.getX(), after.getX(), t),
                        spline(before.getY(), from.getY(), to.getY(), after.getY(), t)));
            }
        }
        curve.add(points.get(last));
        return curve;
    }

    private static double spline(double before, double from, double to, double after, double t) {
        return 0.5
                * (2 * from
                        + (to - before) * t
                        + (2 * before - 5 * from + 4 * to - after) * t * t
                        + (3 * from - before - 3 * to + after) * t * t * t);
    }

    @Override
    public String toString() {
        return digit + ", " + hand;
    }
}
