/**
 * What {@code ./inkstream} runs: a class for each sub-command, listed in {@link io.inkstream.cli.Inkstream}.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 called wrongly, 130 interrupted. Results go to stdout, everything else to stderr.
 */
package io.inkstream.cli;
