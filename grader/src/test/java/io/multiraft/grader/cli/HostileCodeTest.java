// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference with something clumsy or hostile in it: named in one line, it costs its tests and nothing else. */
class HostileCodeTest {
    private static final Path REFERENCE =
            Path.of(System.getProperty("lab.home"), "solutions/src/main/java/io/multiraft/solutions/lab1");

    /** Deposes a leader, so what is planted in {@code becomeFollower} costs its test. */
    private static final String COSTLY = "aLeaderSendsHeartbeatsAtOnceAndUntilItSeesAHigherTerm";

    /** Deposes nobody, and is run in the same process. */
    private static final String UNTOUCHED = "requestsOfOlderTermsAreRefusedAndHigherTermsAreAdopted";

    @TempDir
    private Path folder;

    private Path sources;

    @BeforeEach
    void copyTheReference() throws IOException {
        System.setProperty("lab.patience", "1000,1000,20000");
        sources = Files.createDirectories(folder.resolve("repo/lab1-raft/src/main/java/io/multiraft/lab1"));
        List<Path> files;
        try (Stream<Path> content = Files.list(REFERENCE)) {
            files = content.toList();
        }
        for (Path file : files) {
            String text = Files.readString(file);
            Files.writeString(
                    sources.resolve(file.getFileName()),
                    text.replace("io.multiraft.solutions.lab1", "io.multiraft.lab1"));
        }
    }

    @AfterEach
    void usualPatience() {
        System.clearProperty("lab.patience");
    }

    private void plant(String file, String behind, String code) throws IOException {
        String text = Files.readString(sources.resolve(file));
        assertThat(text).contains(behind);
        Files.writeString(sources.resolve(file), text.replace(behind, behind + "\n" + code));
    }

    /** Runs when a leader loses its office. */
    private void plantInHandler(String code) throws IOException {
        plant("RaftNode.java", "RoleState before = role;", "if (before instanceof Leader) { " + code + " }");
    }

    private void plantInFactory(String code) throws IOException {
        plant("RaftNodeFactory.java", "RaftFactory {", code);
    }

    private JsonNode grade() throws IOException {
        Path json = folder.resolve("report.json");
        String repository = folder.resolve("repo").toString();
        int exit = Lab.run("grade", COSTLY, UNTOUCHED, "--impl", repository, "--jobs", "1", "--json", json.toString());
        assertThat(exit).isEqualTo(Lab.POINTS_LOST);
        return new ObjectMapper().readTree(json.toFile());
    }

    private static JsonNode test(JsonNode report, String name) {
        for (JsonNode test : report.at("/labs/0/steps/0/tests")) {
            if (test.get("name").asText().equals(name)) {
                return test;
            }
        }
        throw new AssertionError(name + " was not run: " + report);
    }

    private static void assertBlamed(JsonNode test, String property, String message) {
        assertThat(test.get("status").asText()).isEqualTo("failed");
        assertThat(test.get("earned").asLong()).isZero();
        assertThat(test.at("/failure/property").asText()).isEqualTo(property);
        assertThat(test.at("/failure/message").asText()).contains(message).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            while (context != null) { }                    | CRASH       | runs without end at io.multiraft.lab1.RaftNode.becomeFollower(
            try { new java.util.concurrent.FutureTask<>(() -> 1).get(); } catch (Exception e) { } | CRASH | waits at io.multiraft.lab1.RaftNode
            System.exit(0);                                | CRASH       | System.exit at io.multiraft.lab1.RaftNode.becomeFollower(
            Runtime.getRuntime().halt(0);                  | CRASH       | uses Runtime.halt
            long[] all = new long[Integer.MAX_VALUE - 8]; all[0] = 1; | CRASH | used up all memory (
            throw new IllegalStateException("one\\ntwo"); | CRASH       | threw java.lang.IllegalStateException: one two while it handled
            throw new Hostile();                           | CRASH       | Hostile: (its getMessage threw java.lang.StackOverflowError)
            System.out.println("x".repeat(100_000_000));   | SIZE_BUDGET | prints without measure
            """)
    void whatHappensInAHandlerCostsItsTest(String code, String property, String message) throws IOException {
        Files.writeString(
                sources.resolve("Hostile.java"),
                "package io.multiraft.lab1; final class Hostile extends Error { static final long serialVersionUID = 1;"
                        + " public String getMessage() { return getMessage(); } }");
        plantInHandler(code);
        JsonNode report = grade();
        assertBlamed(test(report, COSTLY), property, message);
        assertThat(test(report, UNTOUCHED).get("status").asText()).isEqualTo("passed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            public RaftNodeFactory() { throw new IllegalStateException("no"); }   | threw java.lang.IllegalStateException: no at io.multiraft.lab1.RaftNodeFactory.<init>(
            public static final class Other implements RaftFactory { public Raft create(RaftConfig c, StateMachine s, RoleListener r) { return null; } } | exactly one class that implements RaftFactory, but has io.multiraft.lab1.RaftNodeFactory,
            """)
    void aFactoryThatCannotBeMadeCostsAllTests(String code, String message) throws IOException {
        plantInFactory(code);
        JsonNode report = grade();
        assertBlamed(test(report, COSTLY), "CRASH", message);
        assertBlamed(test(report, UNTOUCHED), "CRASH", message);
    }

    @Test
    void codeThatReachesForTheGraderOrTheMachineIsNotRun() throws IOException {
        Path victim = Files.createFile(folder.resolve("victim"));
        plant(
                "RaftNode.java",
                "context = nodeContext;",
                String.format(
                        Locale.ROOT,
                        "try { java.nio.file.Files.delete(java.nio.file.Path.of(\"%s\")); } catch (java.io.IOException e) { }"
                                + " new java.io.PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out));",
                        victim));
        JsonNode report = grade();
        assertBlamed(test(report, UNTOUCHED), "DETERMINISM", "not run: RaftNode.java:");
        assertBlamed(test(report, COSTLY), "DETERMINISM", "a node has no files: use context.storage()");
        assertThat(victim).exists();
    }

    @Test
    void codeOutsideItsPackageDoesNotCount() throws IOException {
        Files.writeString(
                sources.resolve("Worker.java"), "package io.multiraft.grader.run; public final class Worker {}");
        int exit = Lab.run("grade", UNTOUCHED, "--impl", folder.resolve("repo").toString());
        assertThat(exit).isEqualTo(Lab.POINTS_LOST);
    }
}
