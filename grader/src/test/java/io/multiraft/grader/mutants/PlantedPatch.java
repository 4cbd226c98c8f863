// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes patches of the reference as it is now. */
public final class PlantedPatch {
    private static final String SOURCES = "solutions/src/main/java/io/multiraft/solutions/lab1/";

    private PlantedPatch() {}

    /** Root of this repository. */
    public static Path home() {
        return Path.of(System.getProperty("lab.home", "..")).toAbsolutePath().normalize();
    }

    /** A diff that replaces one piece of text of a file. */
    public static String diff(String file, String correct, String wrong) throws IOException {
        String before = Files.readString(home().resolve(SOURCES + file));
        assertThat(before).containsOnlyOnce(correct);
        List<String> lines = before.lines().toList();
        List<String> changed = before.replace(correct, wrong).lines().toList();
        return String.join(
                        "\n",
                        UnifiedDiffUtils.generateUnifiedDiff(
                                "a/" + SOURCES + file, "b/" + SOURCES + file, lines, DiffUtils.diff(lines, changed), 3))
                + "\n";
    }

    /** The lines in front of the diff of a mutant of step 1A. */
    public static String head(String expected) {
        return "bug: something is wrong\nexpected: " + expected + "\nsource: Raft §5.2\nstep: 1A\n\n";
    }

    /** Writes {@code folder/lab1/ID.patch}. */
    public static Path write(Path folder, String id, String text) throws IOException {
        Path lab = Files.createDirectories(folder.resolve("lab1"));
        return Files.writeString(lab.resolve(id + ".patch"), text);
    }
}
