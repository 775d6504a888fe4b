package io.inkstream.cli;

import io.inkstream.models.registry.ModelRegistry;
import io.inkstream.schemas.v1.Lineage;
import io.inkstream.schemas.v1.ModelVersion;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inkstream models verify}: shows that versions are what training on their records makes of their parents. */
@Command(
        name = "verify",
        description = {
            "Rebuilds versions from Kafka and compares them with what was published.",
            "",
            "Each version is trained once more, from its parent, on the records of its offsets in the order that its"
                    + " lineage recorded; then the files that come of it, those in HDFS and the registry's SHA-256 must"
                    + " be the same. The same bits come only from the same native library on the same kind of CPU.",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:All versions are identical.",
            "1:A version differs.",
            "2:The command line is wrong.",
            "3:No version differs, but one could not be verified."
        },
        exitCodeOnExecutionException = 3)
final class ModelsVerifyCommand implements Callable<Integer> {
    /** Below, it is over before anybody looks. */
    private static final long SAMPLES_WORTH_A_BAR = 5_000;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = VersionChoice.LABEL,
            converter = VersionChoice.Converter.class,
            description = "Which versions.")
    private List<VersionChoice> choices;

    @Mixin
    private RegistryOptions options;

    @Mixin
    private BrokerOptions kafka;

    @Override
    public Integer call() {
        Verdict.Outcome worst = Verdict.Outcome.IDENTICAL;
        try (ModelRegistry registry = options.open();
                TrainedRecords records = new TrainedRecords(kafka.access())) {
            Verification verification = new Verification(registry, records);
            for (ModelVersion version : chosen(registry)) {
                Verdict verdict = verify(verification, version);
                print(version, verdict);
                worst = verdict.outcome().compareTo(worst) < 0 ? verdict.outcome() : worst;
            }
        }
        return worst.exitCode();
    }

    private Collection<ModelVersion> chosen(ModelRegistry registry) {
        SortedMap<Long, ModelVersion> versions = new TreeMap<>();
        for (VersionChoice choice : choices) {
            choice.of(registry, options.model).forEach(version -> versions.put(version.getVersion(), version));
        }
        return versions.values();
    }

    private static Verdict verify(Verification verification, ModelVersion version) {
        long samples = version.getLineage().getSamplesTrained();
        if (samples < SAMPLES_WORTH_A_BAR) {
            return verification.verify(version, trained -> {});
        }
        try (ProgressBar bar = Progress.bar("version " + version.getVersion(), samples)) {
            return verification.verify(version, bar::stepTo);
        }
    }

    private void print(ModelVersion version, Verdict verdict) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("version %d: %s%s%n", version.getVersion(), verdict.outcome().label(), size(version, verdict));
        verdict.findings().forEach(finding -> out.println("  " + finding));
        out.flush();
    }

    private static String size(ModelVersion version, Verdict verdict) {
        Lineage lineage = version.getLineage();
        return verdict.outcome() == Verdict.Outcome.IDENTICAL
                ? String.format(
                        Locale.ROOT,
                        " (samples trained on again: %,d, partitions: %d)",
                        lineage.getSamplesTrained(),
                        lineage.getOffsetsCount())
                : "";
    }
}
