// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static io.multiraft.grader.mutants.PlantedPatch.diff;
import static io.multiraft.grader.mutants.PlantedPatch.head;
import static io.multiraft.grader.mutants.PlantedPatch.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code mutants}, from the outside, with patches of the test's own and a few of those that are shipped. */
class MutantsTest {
    @TempDir
    private Path folder;

    private String printed;

    private JsonNode mutants(int expectedExit, String... arguments) throws IOException {
        Path json = folder.resolve("report.json");
        List<String> all = new ArrayList<>(List.of("mutants", "--json", json.toString(), "--schedules", "30"));
        all.addAll(List.of(arguments));
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(Lab.run(all.toArray(String[]::new))).isEqualTo(expectedExit);
        } finally {
            System.setOut(before);
        }
        printed = out.toString(StandardCharsets.UTF_8).strip();
        return Files.exists(json) ? new ObjectMapper().readTree(json.toFile()) : null;
    }

    private static JsonNode find(JsonNode report, String id) {
        for (JsonNode each : report.get("mutants")) {
            if (each.get("id").asText().equals(id)) {
                return each;
            }
        }
        throw new AssertionError("no " + id);
    }

    @Test
    void eachPatchGetsItsVerdictAndABadOneStopsNoOther() throws IOException {
        String half = diff("Quorum.java", "members / 2 + 1", "(members + 1) / 2");
        write(folder, "half", head("ELECTION_SAFETY") + half);
        write(folder, "half-misjudged", head("APPLY_ORDER CONFIG_BALANCE") + half);
        write(folder, "harmless", head("LIVENESS") + diff("Quorum.java", "members / 2 + 1", "1 + members / 2"));
        write(folder, "broken", head("LIVENESS") + diff("Quorum.java", "members / 2 + 1", "nothing"));

        JsonNode report = mutants(3, "--dir", folder.toString());

        JsonNode half1 = find(report, "half");
        assertThat(half1.get("status").asText()).isEqualTo("killed");
        assertThat(half1.get("killed").asBoolean()).isTrue();
        assertThat(half1.get("lab").asText()).isEqualTo("lab1");
        assertThat(half1.get("property").asText()).isEqualTo("ELECTION_SAFETY");
        assertThat(half1.get("expected")).hasSize(1);
        assertThat(half1.get("tests")).isNotEmpty();
        assertThat(half1.get("schedules").asLong()).isPositive();
        JsonNode misjudged = find(report, "half-misjudged");
        assertThat(misjudged.get("status").asText()).isEqualTo("wrong-property");
        assertThat(misjudged.get("killed").asBoolean()).isFalse();
        assertThat(misjudged.get("property").asText()).isEqualTo("ELECTION_SAFETY");
        JsonNode harmless = find(report, "harmless");
        assertThat(harmless.get("status").asText()).isEqualTo("survived");
        assertThat(harmless.get("property").isNull()).isTrue();
        assertThat(find(report, "broken").get("status").asText()).isEqualTo("bad-patch");
        assertThat(printed).contains("lab1/broken.patch does not compile: ").endsWith("killed 1/4");
        assertThat(report.get("killed").asInt()).isEqualTo(1);
        assertThat(report.get("total").asInt()).isEqualTo(4);
    }

    @Test
    void shippedMutantsDie() throws IOException {
        JsonNode report = mutants(
                0,
                "re-07-same-term-stepdown-clears-vote",
                "rr-01-commit-old-term-by-counting",
                "rp-01-votedfor-not-persisted",
                "cl-15-reply-mismatch",
                "kd-02-dedupe-at-submit-only",
                "ks-20-log-replayed-after-restart",
                "kl-05-readindex-old-acks");
        assertThat(report.get("killed").asInt()).isEqualTo(7);
        assertThat(printed).endsWith("killed 7/7");
    }

    @Test
    void variantsMustGetFullMarks() throws IOException {
        String head = "variant: counts in another way\nstep: 1A\n\n";
        write(folder, "fine", head + diff("Quorum.java", "members / 2 + 1", "1 + members / 2"));
        write(folder, "wrong", head + diff("Quorum.java", "members / 2 + 1", "(members + 1) / 2"));

        JsonNode report = mutants(1, "--variants", "--dir", folder.toString());

        assertThat(report.at("/variants/0/status").asText()).isEqualTo("clean");
        assertThat(report.at("/variants/1/status").asText()).isEqualTo("blamed");
        assertThat(report.at("/variants/1/blames/0/property").asText()).isEqualTo("ELECTION_SAFETY");
        assertThat(printed).contains("ELECTION_SAFETY: ").endsWith("clean 1/2");
    }

    @Test
    void wrongUsageExitsWith2() {
        assertThat(Lab.run("mutants", "lab9")).isEqualTo(2);
        assertThat(Lab.run("mutants", "--dir", folder.resolve("nowhere").toString()))
                .isEqualTo(2);
        assertThat(Lab.run("mutants", "--dir", folder.toString())).isEqualTo(2);
        assertThat(Lab.run("mutants", "--jobs", "0")).isEqualTo(2);
        assertThat(Lab.run("mutants", "--seed", "x")).isEqualTo(2);
    }
}
