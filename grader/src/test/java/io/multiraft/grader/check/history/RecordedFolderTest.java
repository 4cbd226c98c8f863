// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedFolderTest {

    private static final String HEADINGS = "file\tmodel\tverdict\tops\tsteps";

    @TempDir
    private Path folder;

    private static void agrees(Path histories, int least) throws IOException {
        RecordedFolder recorded = new RecordedFolder(histories);
        assertThat(recorded.expected()).hasSizeGreaterThanOrEqualTo(least).allSatisfy(expected -> {
            RecordedHistory<?, ?, ?> history = recorded.read(expected);
            assertThat(history.operations()).hasSize(expected.operations());
            for (Pruning pruning : Pruning.values()) {
                assertThat(history.check(5_000_000, pruning))
                        .as("%s with %s", expected.file(), pruning)
                        .isInstanceOf(
                                expected.verdict().equals("Ok") ? Verdict.Linearizable.class : Verdict.Violation.class);
            }
            if (expected.verdict().equals("Ok")) {
                assertThat(history.check(5_000_000, Pruning.NONE).steps()).isEqualTo(expected.steps());
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

    private RecordedFolder table(String... lines) throws IOException {
        Files.write(folder.resolve("verdicts.tsv"), List.of(lines));
        return new RecordedFolder(folder);
    }

    @Test
    void aFolderThatCannotBeReadIsNamed() throws IOException {
        assertThatThrownBy(new RecordedFolder(folder.resolve("nowhere"))::expected)
                .hasMessageContaining("there is no folder " + folder.resolve("nowhere"));
        assertThatThrownBy(new RecordedFolder(folder)::expected).hasMessageContaining("verdicts.tsv: name a folder");
        assertThatThrownBy(table()::expected).hasMessageContaining("verdicts.tsv:1: the headings");
        assertThatThrownBy(table("a.txt\tkv\tOk\t1\t1")::expected).hasMessageContaining("verdicts.tsv:1: the headings");
        assertThatThrownBy(table(HEADINGS)::expected).hasMessageContaining("lists no histories");
        assertThatThrownBy(table(HEADINGS, " a.txt\tkv")::expected)
                .hasMessageContaining("verdicts.tsv:2: five columns");
        assertThatThrownBy(table(HEADINGS, "a.txt\tkv\tFine\t1\t1")::expected)
                .hasMessageContaining("verdicts.tsv:2: five columns");
        Files.write(folder.resolve("verdicts.tsv"), new byte[] {(byte) 0xff, '\n'});
        assertThatThrownBy(new RecordedFolder(folder)::expected).hasMessageContaining("not a text in UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "kv             | {:process 0, :type :ok, :f :get, :key \"a\", :value nil}    | 1: process 0 returns without having called",
                "kv             | nonsense                                                | 1: this is not a line of the format",
                "kv             | {:process 0, :type :invoke, :f :get, :key \"a\", :value nil}\\n"
                        + "{:process 0, :type :ok, :f :get, :key \"b\", :value nil}     | 2: process 0 returns from what it has not called",
                "kv             | {:process 0, :type :invoke, :f :get, :key \"a\", :value nil}\\n"
                        + "{:process 0, :type :invoke, :f :get, :key \"a\", :value nil} | 2: process 0 calls again before it has returned",
                "kv-partitioned | {:process 0, :type :invoke, :f :delete, :key \"a\", :value nil} | 1: kv-partitioned has neither",
                "etcd-register-cas | INFO  jepsen.util - 0  :invoke :cas 3               | 1: a :cas needs two values",
                "etcd-register-cas | INFO  jepsen.util - 0  :invoke :write nil           | 1: the value does not fit the operation",
                "zookeeper      | nonsense                                                | there is no model zookeeper",
            })
    void aLineThatCannotBeReadIsNamed(String model, String lines, String message) throws IOException {
        RecordedFolder recorded = table(HEADINGS, "a.txt\t" + model + "\tOk\t1\t1");
        assertThatThrownBy(() -> recorded.read(recorded.expected().get(0)))
                .hasMessageContaining("a.txt, which verdicts.tsv lists");
        Files.writeString(folder.resolve("a.txt"), lines.replace("\\n", "\n"));
        assertThatThrownBy(() -> recorded.read(recorded.expected().get(0)))
                .hasMessageContaining("a.txt:" + (message.startsWith("there") ? " " : "") + message);
    }
}
