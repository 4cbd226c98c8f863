// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import com.github.difflib.patch.PatchFailedException;
import com.github.difflib.unifieddiff.UnifiedDiffFile;
import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.CompiledLayer;
import io.multiraft.grader.load.ImplementationException;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Copies of the reference with a patch applied, each in a folder of its own. */
final class PatchedReference {
    private static final String SOURCES = "solutions/src/main/java";
    private static final String NO_FILE = "/dev/null";

    private final Path home;
    private final Compilation compilation;

    /** Of the reference of the repository {@code home}. */
    PatchedReference(Path home) {
        this.home = home;
        this.compilation = new Compilation(home);
    }

    /**
     * The classes of all that {@code patch} changes; one patch at a time, so that equal ones do not meet.
     *
     * @param lab what it may change: code of this lab, and of the labs that it stands on
     * @param folder empty; gets the sources
     */
    synchronized List<CompiledLayer> classes(PatchFile patch, String lab, Path folder) throws BadPatchException {
        Path root = folder.resolve(SOURCES);
        List<CompiledLayer> classes = new ArrayList<>();
        Map<Path, String> changed = changed(patch, lab);
        for (SourceTree original : originals(lab)) {
            if (changed.keySet().stream().anyMatch(file -> file.startsWith(original.folder()))) {
                copy(original, changed, root);
                try {
                    classes.add(compilation.of(new SourceTree("patched", root, original.packageName())));
                } catch (ImplementationException e) {
                    throw new BadPatchException(
                            "does not compile: " + e.getMessage().replace(folder + "/", ""));
                }
            }
        }
        return classes;
    }

    private List<SourceTree> originals(String lab) {
        return Layer.usedBy(lab).stream()
                .map(layer -> SourceTree.of(home, "reference", layer))
                .distinct()
                .toList();
    }

    private static void copy(SourceTree original, Map<Path, String> changed, Path root) {
        try {
            for (Path file : original.files()) {
                if (!changed.containsKey(file)) {
                    write(root.resolve(original.root().relativize(file)), Files.readString(file));
                }
            }
            for (Map.Entry<Path, String> each : changed.entrySet()) {
                if (each.getKey().startsWith(original.folder())
                        && !each.getValue().isEmpty()) {
                    write(root.resolve(original.root().relativize(each.getKey())), each.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** The new text of each file that {@code patch} changes; empty if the file goes. */
    Map<Path, String> changed(PatchFile patch, String lab) throws BadPatchException {
        List<SourceTree> originals = originals(lab);
        Map<Path, String> changed = new HashMap<>();
        for (UnifiedDiffFile change : patch.changes()) {
            Path file = fileOf(nameOf(change), originals);
            boolean comes = NO_FILE.equals(change.getFromFile());
            if (comes == Files.exists(file)) {
                throw new BadPatchException(
                        "changes " + nameOf(change) + ", which " + (comes ? "exists already" : "does not exist"));
            }
            String before = comes ? "" : read(file);
            String after = apply(change, before);
            if (after.equals(before)) {
                throw new BadPatchException("changes nothing in " + nameOf(change));
            }
            if (changed.put(file, after) != null) {
                throw new BadPatchException("changes " + nameOf(change) + " twice");
            }
        }
        return changed;
    }

    private static String nameOf(UnifiedDiffFile change) throws BadPatchException {
        String from = change.getFromFile();
        String to = change.getToFile();
        if (from == null || to == null) {
            throw new BadPatchException("has a part without \"---\" and \"+++\"");
        }
        if (!from.equals(to) && !from.equals(NO_FILE) && !to.equals(NO_FILE)) {
            throw new BadPatchException("renames " + from + ", which is not supported");
        }
        return to.equals(NO_FILE) ? from : to;
    }

    private Path fileOf(String name, List<SourceTree> originals) throws BadPatchException {
        Path file = home.resolve(name).normalize();
        if (!file.startsWith(home.resolve(SOURCES))) {
            throw new BadPatchException("changes " + name + ", which is outside " + SOURCES);
        }
        if (originals.stream().noneMatch(original -> file.startsWith(original.folder()))) {
            throw new BadPatchException(
                    "changes " + name + ", which is not part of the lab, nor of one that it stands on");
        }
        return file;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every line of the context must be there as it is; only the line numbers may be out of date. */
    private static String apply(UnifiedDiffFile change, String before) throws BadPatchException {
        if (change.getPatch().getDeltas().isEmpty()) {
            throw new BadPatchException("has no hunk for " + nameOf(change));
        }
        try {
            List<String> after = change.getPatch().applyFuzzy(before.lines().toList(), 0);
            return after.isEmpty() ? "" : String.join("\n", after) + "\n";
        } catch (PatchFailedException | IndexOutOfBoundsException e) {
            throw new BadPatchException("does not apply to " + nameOf(change)
                    + ": lines of a hunk are not in the file as the patch has them");
        }
    }
}
