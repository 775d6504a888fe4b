package io.inkstream.cli;

import com.google.gson.JsonObject;
import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.models.registry.Rollout;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inkstream models unpin}: lets what the jobs publish go live again. */
@Command(
        name = "unpin",
        description = {
            "Lets what the jobs publish from now on go live again; also takes back a pin that is on its way.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:Nothing is pinned any more, or nothing was.",
            "2:The command line is wrong.",
            "3:It could not be done."
        },
        exitCodeOnExecutionException = 3)
final class ModelsUnpinCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HandOptions hand;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ModelRegistry registry = hand.registry.open()) {
            boolean changed = new Rollout(registry).unpin(hand.by(), hand.why);
            if (hand.json) {
                out.println(Json.print(json(changed, ModelStatus.read(registry))));
            } else {
                out.println(changed ? "what the jobs publish can go live again" : "nothing was pinned");
            }
        }
        out.flush();
        return 0;
    }

    private JsonObject json(boolean changed, ModelStatus status) {
        JsonObject document = new JsonObject();
        document.addProperty("model", hand.registry.model);
        document.addProperty("changed", changed);
        document.add("live", Json.of(status.live()));
        document.add("candidate", Json.of(status.candidate()));
        return document;
    }
}
