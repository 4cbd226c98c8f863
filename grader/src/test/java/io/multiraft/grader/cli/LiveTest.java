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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./lab live}: real processes; how fast they are decides nothing here. */
class LiveTest {
    private static final Path HOME =
            Path.of(System.getProperty("lab.home", "..")).toAbsolutePath().normalize();
    private static final List<String> FAULTS =
            List.of("kill", "pause", "cut", "cut-one-way", "cut-from-clients", "slow");

    @TempDir
    private Path folder;

    @AfterEach
    void noServerIsLeftBehind() {
        assertThat(ProcessHandle.current()
                        .descendants()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(command -> command.contains("--until-eof"));
    }

    private JsonNode live(int exit, String lab, String... more) throws IOException {
        Path json = folder.resolve("report.json");
        List<String> arguments = Stream.concat(
                        Stream.of("live", lab, "--raft", "reference", "--client", "reference", "--json", "" + json),
                        Stream.of(more))
                .toList();
        assertThat(Lab.run(arguments.toArray(String[]::new))).isEqualTo(exit);
        return new ObjectMapper().readTree(json.toFile());
    }

    @Test
    void theReferenceLosesNothingUnderFaultsOfEachKind() throws IOException {
        JsonNode report = live(Lab.OK, "lab2", "--kv", "reference", "--seconds", "10", "--seed", "1");
        assertThat(report.get("verdict").asText()).isEqualTo("passed");
        assertThat(report.has("failure")).isFalse();
        for (String fault : FAULTS) {
            assertThat(report.at("/faults/" + fault).asLong()).as(fault).isPositive();
        }
        for (String operation : List.of("get", "put", "append", "delete")) {
            assertThat(report.at("/operations/" + operation).asLong())
                    .as(operation)
                    .isPositive();
        }
        assertThat(report.get("answered").asLong()).isPositive();
    }

    @Test
    void theReferenceLosesNothingWhileBucketsMove() throws IOException {
        JsonNode report = live(Lab.OK, "lab4", "--impl", "reference", "--seconds", "10", "--seed", "1");
        assertThat(report.get("verdict").asText()).isEqualTo("passed");
        for (String fault : FAULTS) {
            assertThat(report.at("/faults/" + fault).asLong()).as(fault).isPositive();
        }
        assertThat(report.at("/changes/migrations").asLong()).isPositive();
        assertThat(report.get("answered").asLong()).isPositive();
    }

    @Test
    void aStoreThatAppendsTwiceIsFoundAndWhatWasRecordedIsKept() throws IOException {
        JsonNode report =
                live(Lab.POINTS_LOST, "lab2", "--kv", storeThatAppendsTwice(), "--seconds", "600", "--seed", "1");
        assertThat(report.get("verdict").asText()).isEqualTo("violated");
        assertThat(report.at("/failure/property").asText()).isEqualTo("EXACTLY_ONCE");
        Path kept = Path.of(report.at("/failure/folder").asText());
        for (String file : List.of("schedule.json", "events.txt", "history.html", "server-1.log", "server-1/FORMAT")) {
            assertThat(kept.resolve(file)).isNotEmptyFile();
        }
        // the history is one that the checker reads, and comes to the same verdict about
        assertThat(Files.readString(kept.resolve("verdicts.tsv"))).contains("history.txt\tkv\tIllegal\t");
        assertThat(Lab.run("check", kept.toString())).isEqualTo(Lab.OK);
        delete(kept);
    }

    private String storeThatAppendsTwice() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("repo/lab2-kv/src/main/java/io/multiraft/lab2"));
        Path reference = HOME.resolve("solutions/src/main/java/io/multiraft/solutions/lab2");
        for (Path file : files(reference)) {
            Files.writeString(
                    sources.resolve(file.getFileName()),
                    Files.readString(file).replace("io.multiraft.solutions.lab2", "io.multiraft.lab2"));
        }
        String text = Files.readString(sources.resolve("Store.java"));
        String once = ".concat(command.getValue())";
        assertThat(text).containsOnlyOnce(once);
        Files.writeString(sources.resolve("Store.java"), text.replace(once, once + once));
        return folder.resolve("repo").toString();
    }

    private static void delete(Path tree) throws IOException {
        for (Path file : files(tree)) {
            Files.delete(file);
        }
    }

    private static List<Path> files(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
