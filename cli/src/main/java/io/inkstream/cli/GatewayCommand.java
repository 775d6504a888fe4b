package io.inkstream.cli;

import io.inkstream.gateway.Gateway;
import io.inkstream.gateway.GatewaySettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inkstream gateway}: the HTTP service, until Ctrl-C. */
@Command(
        name = "gateway",
        description = {
            "Serves HTTP on Kafka and the registry until Ctrl-C: classify, train, models, events.",
            "",
            "It keeps nothing itself: any number of them may stand behind a load balancer. GET /openapi.yaml describes it.",
            ""
        })
final class GatewayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private GatewayOptions options;

    @Option(
            names = "--root",
            paramLabel = "URI",
            defaultValue = "hdfs://localhost:8020/inkstream",
            description = "Where the jobs keep their models. Default: ${DEFAULT-VALUE}.")
    private String root;

    @Mixin
    private BrokerOptions brokers;

    @Mixin
    private RegistryOptions registry;

    @Override
    public Integer call() throws Exception {
        GatewaySettings settings = settings();
        CtrlC.interrupts(() -> {
            try (Gateway gateway = Gateway.start(settings)) {
                PrintWriter out = spec.commandLine().getOut();
                out.printf("the gateway of %s listens on %s%n", settings.model(), gateway.url());
                out.flush();
                UpCommand.untilCtrlC();
            }
        });
        return 0;
    }

    private GatewaySettings settings() {
        try {
            return options.apply(GatewaySettings.of(registry.model, brokers.access(), registry.access(), root));
        } catch (IllegalArgumentException e) {
            throw new CliException(e.getMessage(), e);
        }
    }
}
