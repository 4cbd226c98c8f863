// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SkeletonTest {
    private static final Path HOME = Path.of(System.getProperty("lab.home"));
    private static final String RAFT_NODE = "lab1-raft/src/main/java/io/multiraft/lab1/RaftNode.java";

    @TempDir
    private Path folder;

    private Skeleton skeleton() {
        return Skeleton.of(HOME, "lab1");
    }

    static List<String> labs() {
        return Skeleton.labs(HOME);
    }

    @ParameterizedTest
    @MethodSource("labs")
    void theCommittedSkeletonIsTheGeneratedOne(String lab) throws IOException {
        Skeleton generated = Skeleton.of(HOME, lab);
        new SkeletonFolder(folder).write(generated);
        for (String name : generated.files().keySet()) {
            Path committed = HOME.resolve(generated.module()).resolve(name);
            assertThat(committed)
                    .as("run ./lab skeleton . and commit %s", name)
                    .hasContent(generated.files().get(name));
        }
        assertThat(HOME.resolve(generated.module()).resolve("skeleton.sha256"))
                .hasSameTextualContentAs(folder.resolve(generated.module()).resolve("skeleton.sha256"));
    }

    @Test
    void anEditedFileIsReportedAndAnOlderSkeletonIsNot() throws IOException {
        SkeletonFolder target = new SkeletonFolder(folder);
        assertThat(target.changed(skeleton())).isEmpty();
        target.write(skeleton());
        assertThat(target.changed(skeleton())).isEmpty();
        assertThat(target.changed(Skeleton.upTo("1A", HOME, "lab1"))).isEmpty();
        Files.writeString(folder.resolve(RAFT_NODE), "// mine");
        assertThat(target.changed(skeleton())).containsExactly(RAFT_NODE);
    }

    @Test
    void aFolderWithoutHashesIsTakenForSomebodysWork() throws IOException {
        Path file = folder.resolve(RAFT_NODE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "// from elsewhere");
        assertThat(new SkeletonFolder(folder).changed(skeleton())).containsExactly(RAFT_NODE);
    }

    @Test
    void aFileThatTheSkeletonNoLongerHasGoesUnlessSomebodyWorkedOnIt() throws IOException {
        SkeletonFolder target = new SkeletonFolder(folder);
        Skeleton full = skeleton();
        target.write(full);
        Skeleton smaller = new Skeleton("lab1-raft", new TreeMap<>(full.files()));
        String results = "src/main/java/io/multiraft/lab1/Results.java";
        String quorum = "src/main/java/io/multiraft/lab1/Quorum.java";
        smaller.files().remove(results);
        smaller.files().remove(quorum);
        Files.writeString(folder.resolve("lab1-raft").resolve(quorum), "// mine");
        target.write(smaller);
        assertThat(folder.resolve("lab1-raft").resolve(results)).doesNotExist();
        assertThat(folder.resolve("lab1-raft").resolve(quorum)).hasContent("// mine");
    }
}
