// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import com.github.difflib.unifieddiff.UnifiedDiff;
import com.github.difflib.unifieddiff.UnifiedDiffFile;
import io.multiraft.grader.check.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A patch of the reference: a head of lines {@code key: value}, then a unified diff with paths from the root of the
 * repository.
 *
 * @param bug what is wrong, in a sentence; of a variant: what is done in another way
 * @param expected the properties of which a mutant may die; empty for a variant
 * @param source where the bug was seen: a section of the paper, or repository#number
 * @param step the step to which the changed code belongs; empty: any
 * @param changes to each file
 */
public record PatchFile(String bug, Set<Property> expected, String source, String step, List<UnifiedDiffFile> changes) {

    /** Whether a patch breaks the reference or does the same in another way. */
    public enum Kind {
        /** It must die of one of the properties that it names. */
        MUTANT,
        /** It must get full marks. */
        VARIANT
    }

    private static final Pattern SEPARATORS = Pattern.compile("[\\s,]+");
    private static final Pattern HEAD = Pattern.compile("(bug|variant|expected|source|step):(.*)");

    /**
     * Reads {@code file}.
     *
     * @throws BadPatchException if it is not a patch of that kind
     */
    static PatchFile read(Path file, Kind kind) throws BadPatchException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new BadPatchException("cannot be read as text: " + e.getMessage());
        }
        int begin = DiffText.begin(lines);
        Map<String, String> head = head(lines.subList(0, begin));
        UnifiedDiff diff = DiffText.parse(lines, begin);
        if (diff.getFiles().isEmpty()) {
            throw new BadPatchException("contains no diff");
        }
        return new PatchFile(
                kind == Kind.MUTANT ? required(head, "bug") : head.getOrDefault("variant", ""),
                kind == Kind.MUTANT ? properties(required(head, "expected")) : EnumSet.noneOf(Property.class),
                head.getOrDefault("source", ""),
                head.getOrDefault("step", ""),
                diff.getFiles());
    }

    private static Map<String, String> head(List<String> lines) throws BadPatchException {
        Map<String, String> head = new HashMap<>();
        for (String line : lines) {
            Matcher entry = HEAD.matcher(line);
            if (entry.matches() && head.put(entry.group(1), entry.group(2).strip()) != null) {
                throw new BadPatchException("says \"" + entry.group(1) + ":\" twice");
            }
        }
        return head;
    }

    private static String required(Map<String, String> head, String key) throws BadPatchException {
        String value = head.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new BadPatchException("has no line \"" + key + ":\" in front of the diff");
        }
        return value;
    }

    private static Set<Property> properties(String names) throws BadPatchException {
        Set<Property> properties = EnumSet.noneOf(Property.class);
        for (String name : SEPARATORS.splitAsStream(names).toList()) {
            try {
                properties.add(Property.valueOf(name));
            } catch (IllegalArgumentException e) {
                throw new BadPatchException("expects " + name + ", which is not a property");
            }
        }
        return properties;
    }
}
