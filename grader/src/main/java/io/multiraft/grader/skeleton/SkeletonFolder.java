// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A folder laid out like this repository into which skeletons are written. Beside each skeleton stands a file with the hash
 * of all that was written, so that a student's work is told from an older skeleton and never overwritten.
 */
public final class SkeletonFolder {
    private static final String HASHES = "skeleton.sha256";

    private final Path root;

    /** The folder {@code root}, which need not exist. */
    public SkeletonFolder(Path root) {
        this.root = root;
    }

    /** The files that hold something else than what a skeleton once had there; as seen from the folder. */
    public List<String> changed(Skeleton skeleton) {
        Path module = root.resolve(skeleton.module());
        Map<String, String> written = hashes(module.resolve(HASHES));
        List<String> changed = new ArrayList<>();
        skeleton.files().forEach((name, text) -> {
            Path file = module.resolve(name);
            String held = Files.exists(file) ? sha256(read(file)) : null;
            if (held != null && !held.equals(sha256(text)) && !held.equals(written.get(name))) {
                changed.add(root.relativize(file).toString());
            }
        });
        return changed;
    }

    /** Writes {@code skeleton}; whoever calls has seen that nothing is {@link #changed}. */
    public void write(Skeleton skeleton) {
        Path module = root.resolve(skeleton.module());
        StringBuilder hashes = new StringBuilder();
        skeleton.files().forEach((name, text) -> {
            write(module.resolve(name), text);
            hashes.append(sha256(text)).append("  ").append(name).append('\n');
        });
        Path hashFile = module.resolve(HASHES);
        removeOld(module, skeleton, hashes(hashFile));
        write(hashFile, hashes.toString());
    }

    /** Files of an older skeleton that no longer exist, as long as nobody has changed them. */
    private static void removeOld(Path module, Skeleton skeleton, Map<String, String> written) {
        written.forEach((name, hash) -> {
            Path file = module.resolve(name);
            if (!skeleton.files().containsKey(name)
                    && Files.exists(file)
                    && sha256(read(file)).equals(hash)) {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    private static Map<String, String> hashes(Path file) {
        Map<String, String> hashes = new TreeMap<>();
        if (Files.exists(file)) {
            read(file)
                    .lines()
                    .map(line -> line.split(" {2}", 2))
                    .filter(parts -> parts.length == 2)
                    .forEach(parts -> {
                        hashes.put(parts[1], parts[0]);
                    });
        }
        return hashes;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
