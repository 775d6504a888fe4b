package io.inkstream.cli;

import com.google.gson.JsonObject;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Proposal;
import io.inkstream.models.registry.RegistryException;
import io.inkstream.models.registry.Rollout;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Clock;
import picocli.CommandLine;

/** Brings a version live in a person's name, and tells how far that is. */
final class MoveByHand {
    private final CommandLine commandLine;
    private final HandOptions hand;
    private final WaitOptions wait;
    private Settled settled;

    /** Which version is meant. */
    @FunctionalInterface
    interface Choice {
        ModelVersion of(ModelRegistry registry, Rollout rollout);
    }

    MoveByHand(CommandLine commandLine, HandOptions hand, WaitOptions wait) {
        this.commandLine = commandLine;
        this.hand = hand;
        this.wait = wait;
    }

    /**
     * Returns the exit code.
     *
     * @param pin whether the version is to stay live
     * @throws InterruptedException after Ctrl-C
     */
    int run(Choice choice, boolean pin) throws Exception {
        CtrlC.interrupts(() -> {
            try (ModelRegistry registry = hand.registry.open()) {
                Rollout rollout = new Rollout(registry, wait.timeout(), Clock.systemUTC());
                settled = move(registry, rollout, choice.of(registry, rollout), pin);
                report(ModelStatus.read(registry));
            } catch (RegistryException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException(e.getMessage());
                }
                throw e;
            }
        });
        return settled.outcome().exitCode();
    }

    private Settled move(ModelRegistry registry, Rollout rollout, ModelVersion version, boolean pin)
            throws InterruptedException {
        long number = version.getVersion();
        requireFiles(version, ModelStatus.read(registry));
        Proposal answer =
                pin ? rollout.pin(number, hand.by(), hand.why) : rollout.propose(number, hand.by(), hand.why, true);
        if (answer == Proposal.ALREADY_LIVE) {
            return Settled.live(number);
        }
        if (!answer.isOnItsWay()) {
            throw new IllegalStateException("proposed by hand, version %d is %s".formatted(number, answer));
        }
        RolloutWait waiting = new RolloutWait(registry, rollout, this::tell);
        try {
            return wait.noWait
                    ? waiting.step(number).orElse(new Settled(Settled.Outcome.CANDIDATE, number, ""))
                    : waiting.untilSettled(number);
        } catch (InterruptedException e) {
            tell("version %d stays the candidate: the jobs take it further; the same command waits for it again"
                    .formatted(number));
            throw e;
        }
    }

    /** Scorers would refuse it as well, but where there are none nobody would. */
    private void requireFiles(ModelVersion version, ModelStatus status) throws InterruptedException {
        long number = version.getVersion();
        int scorers = status.scorers().size();
        boolean loaded = scorers > 0 && status.loadedBy(number).size() == scorers;
        if (status.isLive(number) || loaded) {
            return;
        }
        try {
            PublishedFile.onnx(version).copyTo(OutputStream.nullOutputStream());
        } catch (PublishedFile.NotAsPublishedException e) {
            throw new CliException(
                    "version %d cannot go live: %s; choose another one (models list)".formatted(number, e.getMessage()),
                    e);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException(e.getMessage());
            }
            if (scorers == 0) {
                throw new CliException(
                        "no scorer runs, and the files of version %d cannot be checked: %s"
                                .formatted(number, Plain.line(e.toString())),
                        e);
            }
            tell("the files of version %d cannot be read from here, the scorers decide: %s"
                    .formatted(number, Plain.line(e.toString())));
        }
    }

    private void tell(String sentence) {
        commandLine.getErr().println("inkstream: " + sentence);
        commandLine.getErr().flush();
    }

    private void report(ModelStatus status) {
        PrintWriter out = commandLine.getOut();
        if (hand.json) {
            out.println(Json.print(json(status)));
        } else {
            text(status);
        }
        out.flush();
    }

    private void text(ModelStatus status) {
        PrintWriter out = commandLine.getOut();
        long number = settled.version();
        switch (settled.outcome()) {
            case LIVE -> {
                boolean pinned = status.isPinned(number);
                out.printf("version %d is live%s%n", number, pinned ? " and pinned" : "");
                if (!pinned) {
                    out.println("what the jobs publish next can take its place; models pin keeps it");
                }
            }
            case CANDIDATE -> out.printf("version %d is the candidate; models list shows how far it is%n", number);
            case REJECTED ->
                tell("version %d is rejected: %s; %s. Once that is mended, propose it again"
                        .formatted(number, Plain.line(settled.reason()), live(status)));
            case OVERTAKEN ->
                tell("version %d is not live: %s; %s".formatted(number, Plain.line(settled.reason()), live(status)));
        }
    }

    private static String live(ModelStatus status) {
        return status.live().map(live -> "live is " + live.getVersion()).orElse("none is live");
    }

    private JsonObject json(ModelStatus status) {
        JsonObject document = new JsonObject();
        document.addProperty("model", hand.registry.model);
        document.addProperty("version", settled.version());
        document.addProperty("outcome", settled.outcome().name());
        document.addProperty("reason", settled.reason());
        document.add("live", Json.of(status.live()));
        document.add("candidate", Json.of(status.candidate()));
        return document;
    }
}
