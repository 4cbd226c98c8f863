// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house has walls: who may know whom (the modules' table in docs/README.md), and no cycles between packages. */
class ArchitectureTest {
    private static final JavaClasses EVERYTHING = importEverything();

    private static JavaClasses importEverything() {
        Path root =
                Path.of(System.getProperty("lab.home", "..")).toAbsolutePath().normalize();
        List<Path> folders = Stream.of(
                        "lab1-raft", "lab2-kv", "lab3-configserver", "lab4-shardkv", "solutions", "grader")
                .map(module -> root.resolve(module).resolve("target/classes"))
                .toList();
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPaths(folders);
    }

    @Test
    void theClassesOfAllModulesAreThere() {
        assertThat(EVERYTHING.stream().map(type -> type.getPackageName()).distinct())
                .contains(
                        "io.multiraft.node",
                        "io.multiraft.storage",
                        "io.multiraft.raft",
                        "io.multiraft.solutions.lab1",
                        "io.multiraft.grader.sim");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.multiraft.(**)").should().beFreeOfCycles().check(EVERYTHING);
    }

    @Test
    void nothingThatStudentsSeeKnowsTheGraderOrTheSolutions() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages("io.multiraft.grader..", "io.multiraft.solutions..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.multiraft.grader..", "io.multiraft.solutions..");
        rule.check(EVERYTHING);
    }

    @Test
    void theGraderIsNotCompiledAgainstAnyImplementation() {
        noClasses()
                .that()
                .resideInAPackage("io.multiraft.grader..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.multiraft.solutions..",
                        "io.multiraft.lab1..",
                        "io.multiraft.lab2..",
                        "io.multiraft.lab3..",
                        "io.multiraft.lab4..")
                .check(EVERYTHING);
    }

    @Test
    void noLabsOwnCodeImportsAnotherLabsOwnCode() {
        for (String lab : List.of("lab1", "lab2", "lab3", "lab4")) {
            String[] others = Stream.of("lab1", "lab2", "lab3", "lab4")
                    .filter(other -> !other.equals(lab))
                    .flatMap(other ->
                            Stream.of("io.multiraft." + other + "..", "io.multiraft.solutions." + other + ".."))
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAnyPackage("io.multiraft." + lab + "..", "io.multiraft.solutions." + lab + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .allowEmptyShould(true)
                    .check(EVERYTHING);
        }
    }

    @Test
    void theGivenCodeOfLab1StandsOnNoOtherLab() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.multiraft.node..", "io.multiraft.storage..", "io.multiraft.raft..", "io.multiraft.host..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.multiraft.service..", "io.multiraft.kv..", "io.multiraft.config..", "io.multiraft.shard..")
                .check(EVERYTHING);
    }

    @Test
    void theSimulatorKnowsNodesAndStorageOnly() {
        classes()
                .that()
                .resideInAPackage("io.multiraft.grader.sim..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.multiraft.grader.sim..",
                        "io.multiraft.node..",
                        "io.multiraft.storage..",
                        "java..",
                        "io.grpc..",
                        "com.google.protobuf..",
                        "com.fasterxml.jackson..")
                .check(EVERYTHING);
    }
}
