// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sources that a student of one layer begins with.
 *
 * @param layer the layer
 * @param files text of each file, by its path as seen from the module
 */
public record Skeleton(Layer layer, Map<String, String> files) {

    /**
     * What is left of the reference without the regions of all steps.
     *
     * @param home root of the repository
     * @throws io.multiraft.grader.load.ImplementationException if the repository has no reference
     */
    public static Skeleton of(Path home, Layer layer) {
        return upTo("", home, layer);
    }

    /** What is left of the reference without the regions of the steps behind {@code lastStep}, for example {@code 1B}. */
    public static Skeleton upTo(String lastStep, Path home, Layer layer) {
        SourceTree reference = SourceTree.of(home, "reference", layer);
        String packageName = "io.multiraft." + layer.packageName();
        Map<String, String> files = new TreeMap<>();
        for (Path file : reference.files()) {
            String name = reference.folder().relativize(file).toString().replace('\\', '/');
            String text = name.endsWith("package-info.java")
                    ? packageInfo(layer, packageName)
                    : text(reference, file, lastStep, packageName);
            files.put("src/main/java/" + packageName.replace('.', '/') + "/" + name, text);
        }
        return new Skeleton(layer, files);
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

    private static String packageInfo(Layer layer, String packageName) {
        return "// SPDX-License-Identifier: Apache-2.0\n/** What you write in " + layer.packageName()
                + "; see the README of this module. */\npackage " + packageName + ";\n";
    }
}
