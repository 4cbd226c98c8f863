// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lab 2 of somebody whose Raft commits entries of older terms by counting (Figure 8 of the paper). */
class UnsoundRaftTest {
    private static final Path SOLUTIONS =
            Path.of(System.getProperty("lab.home"), "solutions/src/main/java/io/multiraft/solutions");

    private static final String SCENARIO = "aCommandIsAnsweredWhenAMajorityHasItInOneRoundTrip";
    private static final String READS = "readsWriteNothingAndTakeOneRound";
    private static final String CAMPAIGN = "answersAreLinearizableUnderRandomFaults";

    @TempDir
    private Path folder;

    private String repository;

    @BeforeEach
    void copyTheReferenceWithTheBug() throws IOException {
        repository = folder.resolve("repo").toString();
        copy("lab1", folder.resolve("repo/lab1-raft/src/main/java/io/multiraft/lab1"));
        copy("lab2", folder.resolve("repo/lab2-kv/src/main/java/io/multiraft/lab2"));
        Path node = folder.resolve("repo/lab1-raft/src/main/java/io/multiraft/lab1/RaftNode.java");
        String text = Files.readString(node);
        String rule = "if (index > commitIndex && log.term(index) == currentTerm) {";
        assertThat(text).contains(rule);
        Files.writeString(node, text.replace(rule, "if (index > commitIndex) {"));
    }

    private static void copy(String lab, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files;
        try (Stream<Path> content = Files.list(SOLUTIONS.resolve(lab))) {
            files = content.toList();
        }
        for (Path file : files) {
            String text = Files.readString(file);
            Files.writeString(to.resolve(file.getFileName()), text.replace("io.multiraft.solutions.", "io.multiraft."));
        }
    }

    private JsonNode grade(String... arguments) throws IOException {
        Path json = folder.resolve("report.json");
        String[] all = Stream.concat(
                        Stream.of("grade", "--impl", repository, "--json", json.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        assertThat(Lab.run(all)).isEqualTo(Lab.POINTS_LOST);
        return new ObjectMapper().readTree(json.toFile());
    }

    @Test
    void isJudgedOnTheReferencesRaftUpTo2CAndNotIn2D() throws IOException {
        JsonNode report = grade(SCENARIO, READS, "--schedules", "40");

        assertThat(report.at("/layers/raft").asText()).isEqualTo("reference");
        assertThat(report.at("/labs/0/steps/0/status").asText()).isEqualTo("passed");
        assertThat(report.at("/labs/0/steps/1/step").asText()).isEqualTo("2D");
        assertThat(report.at("/labs/0/steps/1/status").asText()).isEqualTo("did-not-test");
        assertThat(report.at("/labs/0/steps/1/earned").asLong()).isZero();
    }

    @Test
    void isToldThatTheRaftIsAtFaultWhenItIsAskedFor() throws IOException {
        JsonNode test = grade(CAMPAIGN, "--raft", repository).at("/labs/0/steps/0/tests/0");

        assertThat(test.get("status").asText()).isEqualTo("failed");
        assertThat(test.at("/failure/property").asText()).isEqualTo("LEADER_COMPLETENESS");
        assertThat(test.at("/failure/layer").asText()).isEqualTo("raft");
    }
}
