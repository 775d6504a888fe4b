package io.inkstream.operators.decoding;

import java.util.Arrays;

/** The parts of a drawing that hang together. */
final class Strokes {
    private final Ink ink;
    /** For each pixel the number of its stroke, from 1; 0 where there is none. */
    private final int[] stroke;
    /** The ink of each stroke, by its number. */
    private double[] mass = new double[16];

    private int count;

    private Strokes(Ink ink) {
        this.ink = ink;
        this.stroke = new int[ink.amount().length];
    }

    /** @param least the ink that a pixel of a stroke has at least */
    static Strokes of(Ink ink, float least) {
        Strokes strokes = new Strokes(ink);
        int[] pending = new int[strokes.stroke.length];
        for (int i = 0; i < pending.length; i++) {
            if (strokes.isNew(i, least)) {
                strokes.follow(i, least, pending);
            }
        }
        return strokes;
    }

    private boolean isNew(int pixel, float least) {
        return stroke[pixel] == 0 && ink.amount()[pixel] >= least;
    }

    private void follow(int start, float least, int[] pending) {
        if (++count == mass.length) {
            mass = Arrays.copyOf(mass, 2 * count);
        }
        int size = 0;
        pending[size++] = start;
        stroke[start] = count;
        while (size > 0) {
            int pixel = pending[--size];
            mass[count] += ink.amount()[pixel];
            int x = pixel % ink.width();
            int y = pixel / ink.width();
            for (int ny = Math.max(0, y - 1); ny <= Math.min(ink.height() - 1, y + 1); ny++) {
                for (int nx = Math.max(0, x - 1); nx <= Math.min(ink.width() - 1, x + 1); nx++) {
                    int next = ny * ink.width() + nx;
                    if (isNew(next, least)) {
                        stroke[next] = count;
                        pending[size++] = next;
                    }
                }
            }
        }
    }

    /** The drawing without the strokes that hold less than that share of the largest one's ink. */
    Ink withoutSpecks(double share) {
        double largest = Arrays.stream(mass).max().orElse(0);
        float[] rest = ink.amount().clone();
        for (int i = 0; i < rest.length; i++) {
            if (mass[stroke[i]] < share * largest && stroke[i] != 0) {
                rest[i] = 0;
            }
        }
        return new Ink(ink.width(), ink.height(), rest);
    }
}
