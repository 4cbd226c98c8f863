// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sources of one layer of one implementation.
 *
 * @param name {@code mine}, {@code reference} or the folder that was given
 * @param root folder that the package folders are in
 * @param packageName package of the layer's code
 */
public record SourceTree(String name, Path root, String packageName) {

    /**
     * Where {@code implementation} keeps {@code layer}.
     *
     * @param home root of this repository
     * @throws ImplementationException if there are no sources
     */
    public static SourceTree of(Path home, String implementation, Layer layer) {
        SourceTree tree = switch (implementation) {
            case "mine" -> student(implementation, home, layer);
            case "reference" ->
                new SourceTree(
                        implementation,
                        home.resolve("solutions/src/main/java"),
                        "io.multiraft.solutions." + layer.packageName());
            default ->
                student(implementation, Path.of(implementation).toAbsolutePath().normalize(), layer);
        };
        if (tree.files().isEmpty()) {
            throw new ImplementationException(
                    ImplementationException.Kind.NOT_FOUND,
                    "there are no sources of " + layer.label() + " in " + tree.folder() + ": "
                            + (implementation.equals("reference")
                                    ? "this repository has no solutions; grade your own code with --impl mine"
                                    : "--impl takes mine, reference, or a folder laid out like this repository"));
        }
        return tree;
    }

    private static SourceTree student(String name, Path repository, Layer layer) {
        return new SourceTree(
                name,
                repository.resolve(layer.module()).resolve("src/main/java"),
                "io.multiraft." + layer.packageName());
    }

    /** The folder of the package. */
    public Path folder() {
        return root.resolve(packageName.replace('.', '/'));
    }

    /** Root of the repository that the sources are in. */
    public Path repository() {
        return root.resolve("../../../..").normalize();
    }

    /** All source files, in order. */
    public List<Path> files() {
        if (!Files.isDirectory(folder())) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder())) {
            return paths.filter(path -> path.toString().endsWith(".java") && Files.isRegularFile(path))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A hash over all file names and contents. */
    public String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files()) {
                digest.update(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
