package io.inkstream.cli;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on stderr how far something is: a bar on a terminal, a line now and then elsewhere. */
final class Progress {
    private static final int LINE_WIDTH = 100;
    private static final int LINE_EVERY_MS = 5000;

    private Progress() {}

    static ProgressBar bar(String task, long total) {
        ProgressBarBuilder builder = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed();
        if (!terminal()) {
            builder.setUpdateIntervalMillis(LINE_EVERY_MS)
                    .setConsumer(new DelegatingProgressBarConsumer(System.err::println, LINE_WIDTH));
        }
        return builder.build();
    }

    /** The launcher knows whether stderr is a terminal; Java does not. */
    static boolean terminal() {
        return Boolean.getBoolean("inkstream.terminal");
    }
}
