// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder with patches: {@code LAB/ID.patch}. */
public final class PatchShelf {
    private static final String SUFFIX = ".patch";

    /** A patch that is not read yet. */
    public record Entry(String lab, String id, Path file) {}

    private final Path folder;

    /**
     * The patches in {@code folder}.
     *
     * @throws IllegalArgumentException if there is no such folder
     */
    public PatchShelf(Path folder) {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder);
        }
    }

    /**
     * The patches that {@code targets} name, in the order of their names: {@code all}, a lab, or the id of a patch.
     *
     * @throws IllegalArgumentException if a target names nothing
     */
    public List<Entry> select(List<String> targets) {
        List<Entry> all = new ArrayList<>();
        for (Path lab : sorted(folder)) {
            if (Files.isDirectory(lab)) {
                sorted(lab).stream()
                        .filter(file -> file.toString().endsWith(SUFFIX))
                        .forEach(file -> all.add(entry(lab, file)));
            }
        }
        for (String target : targets) {
            if (all.stream().noneMatch(entry -> isNamed(entry, target))) {
                throw new IllegalArgumentException("there is no patch for " + target + " in " + folder
                        + "; it is laid out as LAB/ID.patch, for example lab1/forgotten-vote.patch");
            }
        }
        return all.stream()
                .filter(entry -> targets.stream().anyMatch(target -> isNamed(entry, target)))
                .toList();
    }

    private static Entry entry(Path lab, Path file) {
        String name = file.getFileName().toString();
        return new Entry(lab.getFileName().toString(), name.substring(0, name.length() - SUFFIX.length()), file);
    }

    private static boolean isNamed(Entry entry, String target) {
        return target.equals("all") || target.equals(entry.lab()) || target.equals(entry.id());
    }

    private static List<Path> sorted(Path folder) {
        try (Stream<Path> content = Files.list(folder)) {
            return content.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
