// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import io.multiraft.grader.load.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The sources that a student of one lab begins with.
 *
 * @param module folder of the lab, for example {@code lab1-raft}
 * @param files text of each file, by its path as seen from the module
 */
public record Skeleton(String module, Map<String, String> files) {
    private static final String SOLUTIONS = "solutions/src/main/java";
    private static final String SOLUTIONS_PACKAGE = "io.multiraft.solutions.";

    /**
     * The labs that the repository has a reference of, in order, for example {@code lab1}.
     *
     * @param home root of the repository
     */
    public static List<String> labs(Path home) {
        Path folder = home.resolve(SOLUTIONS).resolve(SOLUTIONS_PACKAGE.replace('.', '/'));
        return foldersIn(folder).filter(name -> name.startsWith("lab")).sorted().toList();
    }

    /**
     * What is left of the reference of {@code lab} without the regions of all steps.
     *
     * @param home root of the repository, which has this reference
     */
    public static Skeleton of(Path home, String lab) {
        return upTo("", home, lab);
    }

    /** What is left of the reference without the regions of the steps behind {@code lastStep}, for example {@code 1B}. */
    public static Skeleton upTo(String lastStep, Path home, String lab) {
        SourceTree reference = new SourceTree("reference", home.resolve(SOLUTIONS), SOLUTIONS_PACKAGE + lab);
        String packageName = "io.multiraft." + lab;
        Map<String, String> files = new TreeMap<>();
        for (Path file : reference.files()) {
            String name = reference.folder().relativize(file).toString().replace('\\', '/');
            String text = name.endsWith("package-info.java")
                    ? packageInfo(lab, packageName)
                    : text(reference, file, lastStep, packageName);
            files.put("src/main/java/" + packageName.replace('.', '/') + "/" + name, text);
        }
        return new Skeleton(moduleOf(home, lab), files);
    }

    private static String moduleOf(Path home, String lab) {
        return foldersIn(home)
                .filter(name -> name.startsWith(lab + "-"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(home + " has no folder " + lab + "-..."));
    }

    private static Stream<String> foldersIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(SourceTree reference, Path file, String lastStep, String packageName) {
        String name = reference.root().relativize(file).toString();
        try {
            String source = Files.readString(file).replace(reference.packageName(), packageName);
            return SourceText.tidy(StepRegions.strip(name, source, step -> step.compareTo(lastStep) > 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String packageInfo(String lab, String packageName) {
        return "// SPDX-License-Identifier: Apache-2.0\n/** What you write in " + lab
                + "; see the README of this module. */\npackage " + packageName + ";\n";
    }
}
