package io.inkstream.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the order of the modules that the parent pom and docs promise. Here, as cli is the one that sees them all. */
class ArchitectureTest {
    /** Each imports only those before it. */
    private static final List<String> MODULES =
            List.of("schemas", "datasets", "models", "operators", "sandbox", "jobs", "gateway", "cli");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.inkstream");

    @Test
    void allModulesAreLookedAt() {
        assertThat(MODULES)
                .allMatch(module ->
                        CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith("io.inkstream." + module)));
    }

    @Test
    void modulesImportOnlyThoseBeforeThem() {
        for (int i = 0; i < MODULES.size() - 1; i++) {
            String[] after = MODULES.subList(i + 1, MODULES.size()).stream()
                    .map(ArchitectureTest::packages)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(packages(MODULES.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(after)
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void theSandboxImportsNoneOfTheOthers() {
        noClasses()
                .that()
                .resideInAPackage(packages("sandbox"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MODULES.stream()
                        .filter(module -> !module.equals("sandbox"))
                        .map(ArchitectureTest::packages)
                        .toArray(String[]::new))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void modelsKnowNoFlink() {
        unknown("models", "org.apache.flink..");
    }

    @Test
    void operatorsKnowNoKafka() {
        unknown("operators", "org.apache.kafka..", "org.apache.flink.connector.kafka..");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.inkstream.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static void unknown(String module, String... library) {
        noClasses()
                .that()
                .resideInAPackage(packages(module))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(library)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static String packages(String module) {
        return "io.inkstream." + module + "..";
    }
}
