// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import static io.multiraft.grader.mutants.PlantedPatch.diff;
import static io.multiraft.grader.mutants.PlantedPatch.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multiraft.grader.check.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a patch must look like, and that everything else is refused with a reason. */
class PatchTest {
    private static final String HEAD = head("VOTE_ONCE, ELECTION_SAFETY");
    private static final String QUORUM = "solutions/src/main/java/io/multiraft/solutions/lab1/Quorum.java";

    @TempDir
    private Path folder;

    private final PatchedReference reference = new PatchedReference(PlantedPatch.home());

    private PatchFile read(String text) throws IOException, BadPatchException {
        return PatchFile.read(PlantedPatch.write(folder, "a", text), PatchFile.Kind.MUTANT);
    }

    private Map<Path, String> changed(String text) throws IOException, BadPatchException {
        return reference.changed(read(text), "lab1");
    }

    private void isBad(String text, String reason) {
        assertThatThrownBy(() -> changed(text))
                .isInstanceOf(BadPatchException.class)
                .hasMessageContaining(reason);
    }

    private static String majority() throws IOException {
        return diff("Quorum.java", "members / 2 + 1", "members / 2");
    }

    private static Path quorum() {
        return PlantedPatch.home().resolve(QUORUM);
    }

    @Test
    void theHeadNamesBugPropertiesSourceAndStep() throws Exception {
        PatchFile patch = read(HEAD + majority());
        assertThat(patch.bug()).isEqualTo("something is wrong");
        assertThat(patch.expected()).containsExactly(Property.VOTE_ONCE, Property.ELECTION_SAFETY);
        assertThat(patch.source()).isEqualTo("Raft §5.2");
        assertThat(patch.step()).isEqualTo("1A");
    }

    @Test
    void anIncompleteHeadIsRefused() throws IOException {
        isBad(majority(), "has no line \"bug:\"");
        isBad("bug: x\n" + majority(), "has no line \"expected:\"");
        isBad("bug: x\nexpected:\n" + majority(), "has no line \"expected:\"");
        isBad(HEAD + "bug: y\n" + majority(), "\"bug:\" twice");
        isBad(head("VOTE_TWICE") + majority(), "VOTE_TWICE, which is not a property");
    }

    @Test
    void aPatchChangesTheFilesThatItNames() throws Exception {
        Map<Path, String> changed = changed(HEAD + majority() + diff("RaftLog.java", "return baseIndex;", "return 0;"));
        assertThat(changed).hasSize(2);
        assertThat(changed.get(quorum()))
                .isEqualTo(Files.readString(quorum()).replace("members / 2 + 1", "members / 2"));
    }

    @Test
    void lineNumbersMayBeOutOfDateButLinesMayNot() throws Exception {
        String moved = majority().replaceAll("@@ -\\d+,(\\d+) \\+\\d+,(\\d+) @@", "@@ -2,$1 +2,$2 @@");
        assertThat(changed(HEAD + moved).get(quorum())).contains("return members / 2;");
        isBad(HEAD + majority().replace(" members / 2 + 1;", " members / 3;"), "does not apply to " + QUORUM);
        isBad(HEAD + majority().replace("    static int majority", "    static int most"), "does not apply");
    }

    @Test
    void emptyLinesOfTheContextMayHaveLostTheirBlank() throws Exception {
        String text = diff("Quorum.java", "import java.util.Arrays;", "import java.util.Arrays; // sorts");
        assertThat(text).contains("\n \n");
        assertThat(changed(HEAD + text.replace("\n \n", "\n\n"))).hasSize(1);
    }

    @Test
    void whatIsNoDiffIsRefused() throws IOException {
        isBad("", "contains no diff");
        isBad(HEAD, "contains no diff");
        isBad(HEAD + majority().replace("@@ -", "@@ - "), "is not the head of a hunk");
        isBad(HEAD + majority().replaceAll("@@ -(\\d+),\\d+ ", "@@ -$1,90 "), "the lines that its head announces");
        isBad(HEAD + majority().replaceAll("@@ -(\\d+),\\d+ \\+(\\d+),\\d+", "@@ -$1,1 +$2,1"), "belongs to no hunk");
        isBad(HEAD + majority().substring(0, majority().indexOf("@@")), "no hunk for " + QUORUM);
        isBad(HEAD + majority() + majority(), "twice");
    }

    @Test
    void aPatchThatChangesNothingIsRefused() throws IOException {
        String same = majority().replaceAll("(?m)^\\+ .*$", "+        return members / 2 + 1;");
        isBad(HEAD + same, "changes nothing");
    }

    @Test
    void onlyFilesOfTheLabsReferenceMayChange() throws IOException {
        isBad(HEAD + majority().replace("solutions/src/main", "lab1-raft/src/main"), "which is outside");
        isBad(HEAD + majority().replace(QUORUM, "solutions/src/main/java/../../../pom.xml"), "which is outside");
        isBad(HEAD + majority().replace("solutions/lab1", "solutions/lab2"), "not part of the lab");
        isBad(HEAD + majority().replace("Quorum.java", "Quorums.java"), "does not exist");
    }

    @Test
    void filesMayComeAndGo() throws Exception {
        String fresh = QUORUM.replace("Quorum", "Fresh");
        String comes = "--- /dev/null\n+++ b/" + fresh + "\n@@ -0,0 +1,1 @@\n+// new\n";
        assertThat(changed(HEAD + comes)).containsEntry(PlantedPatch.home().resolve(fresh), "// new\n");
        isBad(HEAD + comes.replace("Fresh", "Quorum"), "exists already");
        isBad(HEAD + majority().replace("+++ b/" + QUORUM, "+++ b/" + fresh), "renames");
    }
}
