// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multiraft.grader.skeleton.Skeleton;
import io.multiraft.grader.skeleton.SkeletonFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
        Path repository = folder.resolve("repo");
        new SkeletonFolder(repository).write(Skeleton.upTo(lastStep, HOME, "lab1"));
        Path json = folder.resolve("report.json");
        int exit = Lab.run(
                "grade", "lab1", "--schedules", "160", "--impl", repository.toString(), "--json", json.toString());
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
        assertThat(scores).isEqualTo(expected).hasSize(4);
        assertThat(exit).isEqualTo(lastStep.equals("1D") ? Lab.OK : Lab.POINTS_LOST);
    }
}
