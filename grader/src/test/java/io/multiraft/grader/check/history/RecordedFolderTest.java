// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedFolderTest {

    @TempDir
    private Path folder;

    private static void agrees(Path histories, int least) throws IOException {
        RecordedFolder recorded = new RecordedFolder(histories);
        assertThat(recorded.expected()).hasSizeGreaterThanOrEqualTo(least).allSatisfy(expected -> {
            RecordedHistory<?, ?, ?> history = recorded.read(expected);
            assertThat(history.operations()).hasSize(expected.operations());
            Verdict<?, ?> verdict = history.check(50_000_000);
            assertThat(verdict)
                    .isInstanceOf(
                            expected.verdict().equals("Ok") ? Verdict.Linearizable.class : Verdict.Violation.class);
            if (expected.verdict().equals("Ok")) {
                assertThat(verdict.steps()).isBetween(expected.steps() / 10, expected.steps() * 10);
            }
        });
    }

    @Test
    void theProjectsOwnHistoriesHaveTheirVerdicts() throws IOException, URISyntaxException {
        agrees(
                Path.of(getClass().getResource("/histories/own/verdicts.tsv").toURI())
                        .getParent(),
                4);
    }

    @Test
    void theHistoriesOfOthersHaveTheirVerdicts() throws IOException {
        String histories = System.getProperty("histories");
        assumeTrue(histories != null, "name a folder with recorded histories: -Dhistories=DIR");
        agrees(Path.of(histories), 50);
    }

    @Test
    void whatCannotBeReadIsNamedWithFileAndLine() throws IOException {
        RecordedFolder recorded = new RecordedFolder(folder);
        assertThatThrownBy(recorded::expected).hasMessageContaining("verdicts.tsv: name a folder");
        Files.writeString(folder.resolve("verdicts.tsv"), "file\n a.txt\tkv-partitioned\n");
        assertThatThrownBy(recorded::expected).hasMessageContaining("verdicts.tsv:2: five columns");
        Files.writeString(folder.resolve("verdicts.tsv"), "file\na.txt\tkv-partitioned\tOk\t1\t1\n");
        assertThatThrownBy(() -> recorded.read(recorded.expected().get(0)))
                .hasMessageContaining("a.txt, which verdicts");
        Files.writeString(folder.resolve("a.txt"), "{:process 0, :type :ok, :f :get, :key \"a\", :value nil}\n");
        assertThatThrownBy(() -> recorded.read(recorded.expected().get(0)))
                .hasMessageContaining("a.txt:1: process 0 returns without having called");
        Files.writeString(folder.resolve("a.txt"), "\nnonsense\n");
        assertThatThrownBy(() -> recorded.read(recorded.expected().get(0)))
                .hasMessageContaining("a.txt:2: this is not a line of the format");
    }
}
