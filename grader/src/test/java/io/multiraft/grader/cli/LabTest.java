// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, from the outside: exit codes and reports. */
class LabTest {
    private static final String FACTORY_HEAD = "package io.multiraft.lab1; import io.multiraft.raft.*;"
            + " public final class MyRaft implements RaftFactory {"
            + " public Raft create(RaftConfig c, StateMachine s, RoleListener r) {";

    @TempDir
    private Path folder;

    private JsonNode grade(int expectedExit, String... arguments) throws IOException {
        Path json = folder.resolve("report.json");
        String[] all = new String[arguments.length + 3];
        all[0] = "grade";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--json";
        all[arguments.length + 2] = json.toString();
        assertThat(Lab.run(all)).isEqualTo(expectedExit);
        return Files.exists(json) ? new ObjectMapper().readTree(json.toFile()) : null;
    }

    private String student(String body) throws IOException {
        Path source = Files.createDirectories(folder.resolve("repo/lab1-raft/src/main/java/io/multiraft/lab1"));
        Files.writeString(source.resolve("MyRaft.java"), FACTORY_HEAD + body + " } }");
        return folder.resolve("repo").toString();
    }

    @Test
    void theReferenceGetsFullMarks() throws IOException {
        JsonNode report = grade(0, "1A", "--impl", "reference", "--schedules", "20");
        assertThat(report.get("score").asLong()).isEqualTo(20);
        assertThat(report.get("max").asLong()).isEqualTo(20);
        assertThat(report.get("layers").get("raft").asText()).isEqualTo("reference");
        JsonNode test = report.at("/labs/0/steps/0/tests/0");
        assertThat(test.get("status").asText()).isEqualTo("passed");
        assertThat(test.get("traceHash").asText()).hasSize(16);
    }

    @Test
    void theTraceHashDependsOnTheSeedOnly() throws IOException {
        String test = "replicationUnderRandomFaults";
        // so many that there are several slices
        String one = hash(grade(0, test, "--impl", "reference", "--schedules", "56", "--jobs", "1"));
        String two = hash(grade(0, test, "--impl", "reference", "--schedules", "56", "--jobs", "2"));
        String other = hash(grade(0, test, "--impl", "reference", "--schedules", "56", "--seed", "2"));
        assertThat(one).isEqualTo(two).isNotEqualTo(other);
    }

    private static String hash(JsonNode report) {
        return report.at("/labs/0/steps/0/tests/0/traceHash").asText();
    }

    @Test
    void codeThatDoesNotCompileExitsWith1() throws IOException {
        assertThat(grade(1, "1A", "--impl", student("return nothing;"))).isNull();
    }

    @Test
    void codeThatIsStillToBeWrittenIsNotStarted() throws IOException {
        String repository = student("throw new io.multiraft.node.TodoException(\"1A\", \"write it\");");
        JsonNode report = grade(1, "1A", "--impl", repository, "--schedules", "5");
        assertThat(report.get("score").asLong()).isZero();
        assertThat(report.at("/labs/0/steps/0/status").asText()).isEqualTo("not-started");
    }

    @Test
    void codeThatEndsTheProcessCostsItsTestsAndNotTheGrader() throws IOException {
        String repository = student("Runtime.getRuntime().halt(0); return null;");
        JsonNode report = grade(1, "electionsUnderRandomFaults", "--schedules", "1", "--impl", repository)
                .at("/labs/0/steps/0/tests/0");
        assertThat(report.get("status").asText()).isEqualTo("failed");
        assertThat(report.at("/failure/property").asText()).isEqualTo("CRASH");
    }

    @Test
    void aBriefGradingTellsTheFailureAsItCameAndHowToRepeatIt() throws IOException {
        String repository = student("throw new IllegalStateException(\"it does not work\");");
        String[] grading = {"electionsUnderRandomFaults", "--schedules", "1", "--impl", repository, "--brief"};
        JsonNode brief = grade(1, grading).at("/labs/0/steps/0/tests/0");
        JsonNode whole = grade(1, Arrays.copyOf(grading, 5)).at("/labs/0/steps/0/tests/0");
        assertThat(brief.get("earned").asLong()).isZero();
        assertThat(brief.at("/failure/message").asText()).contains("it does not work");
        assertThat(brief.at("/failure/replay").asText())
                .contains("./lab replay --test electionsUnderRandomFaults --seed " + brief.get("seed"));
        assertThat(brief.get("failure").has("schedule")).isFalse();
        assertThat(whole.at("/failure/schedule").asText()).endsWith(".schedule.json");
        assertThat(whole.at("/failure/layer").asText()).isEqualTo("raft");
    }

    @Test
    void wrongUsageExitsWith2() throws IOException {
        assertThat(grade(2, "lab9")).isNull();
        assertThat(grade(2, "1A", "--impl", folder.resolve("nowhere").toString()))
                .isNull();
        assertThat(Lab.run("replay")).isEqualTo(2);
        assertThat(Lab.run("replay", folder.resolve("nothing.json").toString())).isEqualTo(2);
        assertThat(Lab.run("unknown")).isEqualTo(2);
        assertThat(Lab.run()).isEqualTo(2);
    }

    @Test
    void testsAreListedByTheNamesThatOtherCommandsTake() {
        assertThat(Lab.run("tests", "1A")).isZero();
        assertThat(Lab.run("tests", "1Z")).isEqualTo(2);
    }

    @Test
    void aRunCanBeReplayed() {
        assertThat(Lab.run("replay", "--test", "electionsUnderRandomFaults", "--seed", "12345", "--impl", "reference"))
                .isZero();
    }
}
