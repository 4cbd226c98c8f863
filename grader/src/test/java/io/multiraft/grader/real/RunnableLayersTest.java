// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnableLayersTest {
    private static final LayerChoice MINE = LayerChoice.all("mine");

    @TempDir
    private Path home;

    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        write(
                "lab1-raft/src/main/java/io/multiraft/lab1/A.java",
                "throw new TodoException(\"1C\", \"x\"); throw new TodoException(\n\"1A\", \"x\");");
        write("lab2-kv/src/main/java/io/multiraft/lab2/B.java", "class B {}");
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(home.resolve(file).getParent());
        Files.writeString(home.resolve(file), text);
    }

    private LayerChoice bridged(LayerChoice choice) {
        return new RunnableLayers(home, notices::add)
                .bridgeGaps(choice, List.of(Layer.RAFT, Layer.KV, Layer.KV_CLIENT));
    }

    @Test
    void theReferenceStandsInForCodeWithGapsAndOnlyForThat() throws IOException {
        write("solutions/src/main/java/io/multiraft/solutions/lab1/R.java", "class R {}");
        LayerChoice bridged = bridged(MINE);
        assertThat(bridged.of(Layer.RAFT)).isEqualTo("reference");
        assertThat(bridged.of(Layer.KV)).isEqualTo("mine");
        assertThat(notices).singleElement().asString().startsWith("lab1: ").contains("1A, 1C");
    }

    @Test
    void whatWasChosenStays() throws IOException {
        write("solutions/src/main/java/io/multiraft/solutions/lab1/R.java", "class R {}");
        assertThat(bridged(MINE.with(Layer.RAFT, "mine")).of(Layer.RAFT)).isEqualTo("mine");
        assertThat(notices).isEmpty();
    }

    @Test
    void withoutAReferenceOwnCodeRunsAsItIs() {
        assertThat(bridged(MINE).of(Layer.RAFT)).isEqualTo("mine");
        assertThat(notices).isEmpty();
    }
}
