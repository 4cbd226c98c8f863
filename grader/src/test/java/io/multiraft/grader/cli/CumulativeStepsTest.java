// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multiraft.grader.skeleton.Skeleton;
import io.multiraft.grader.skeleton.SkeletonFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A student who has done everything up to a step has full points up to that step and none behind it. */
class CumulativeStepsTest {
    private static final Path HOME = Path.of(System.getProperty("lab.home"));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "1A", "1B", "1C", "1D"})
    void lab1(String lastStep) throws IOException {
        earnsPointsUpTo(lastStep, "lab1", "1D");
    }

    /** Without the reference's Raft, lab 2 would wait for lab 1 where that is not started. */
    @ParameterizedTest
    @ValueSource(strings = {"", "2A", "2B", "2C", "2D"})
    void lab2(String lastStep) throws IOException {
        earnsPointsUpTo(lastStep, "lab2", "2D", "--raft", "reference");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3A", "3B", "3C"})
    void lab3(String lastStep) throws IOException {
        earnsPointsUpTo(lastStep, "lab3", "3C", "--raft", "reference", "--kv", "reference");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4A", "4B", "4C", "4D"})
    void lab4(String lastStep) throws IOException {
        earnsPointsUpTo(lastStep, "lab4", "4D", "--raft", "reference", "--kv", "reference", "--config", "reference");
    }

    private void earnsPointsUpTo(String lastStep, String lab, String finalStep, String... options) throws IOException {
        Path repository = folder.resolve("repo");
        for (String each : Skeleton.labs(HOME)) {
            new SkeletonFolder(repository)
                    .write(Skeleton.upTo(each.equals(lab) ? lastStep : others(lastStep), HOME, each));
        }
        Path json = folder.resolve("report.json");
        List<String> command = new ArrayList<>(List.of(
                "grade",
                lab,
                "--brief",
                "--schedules",
                schedules(lastStep),
                "--impl",
                repository.toString(),
                "--json",
                json.toString()));
        command.addAll(List.of(options));
        int exit = Lab.run(command.toArray(String[]::new));
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> scores = new LinkedHashMap<>();
        report.at("/labs/0/steps").forEach(step -> {
            String name = step.get("step").asText();
            long max = step.get("max").asLong();
            expected.put(name, (name.compareTo(lastStep) <= 0 ? max : 0) + "/" + max);
            scores.put(name, step.get("score").asLong() + "/" + max);
            if (lastStep.isEmpty()) {
                assertThat(step.get("status").asText()).isEqualTo("not-started");
            }
        });
        assertThat(report.get("max").asLong()).isEqualTo(100);
        assertThat(scores).isEqualTo(expected).hasSizeGreaterThanOrEqualTo(3);
        assertThat(exit).isEqualTo(lastStep.equals(finalStep) ? Lab.OK : Lab.POINTS_LOST);
    }

    /** Step 2D is done in lab 1 as well, and judged on what is there. */
    private static String others(String lastStep) {
        return switch (lastStep) {
            case "2C" -> "1D";
            case "2D" -> "2D";
            default -> "";
        };
    }

    /** A lack of whole steps is seen at once, but for reads that ask nobody: a deposed leader must answer first. */
    private static String schedules(String lastStep) {
        return lastStep.equals("2C") ? "160" : "24";
    }
}
