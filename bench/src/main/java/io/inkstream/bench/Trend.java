package io.inkstream.bench;

import java.util.List;

/**
 * The straight line that comes closest to some points, by least squares.
 *
 * @param start its value at 0
 * @param slope what it gains from one to the next
 */
record Trend(double start, double slope) {

    record Point(double x, double y) {}

    /** Level where all points have the same x. */
    static Trend of(List<Point> points) {
        double x = points.stream().mapToDouble(Point::x).average().orElse(Double.NaN);
        double y = points.stream().mapToDouble(Point::y).average().orElse(Double.NaN);
        double xx = 0;
        double xy = 0;
        for (Point point : points) {
            xx += (point.x - x) * (point.x - x);
            xy += (point.x - x) * (point.y - y);
        }
        double slope = xx == 0 ? 0 : xy / xx;
        return new Trend(y - slope * x, slope);
    }

    double at(double x) {
        return start + slope * x;
    }
}
