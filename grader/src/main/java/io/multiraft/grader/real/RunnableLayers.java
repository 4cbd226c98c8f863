// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.load.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The layers that the real system is put together from. */
public final class RunnableLayers {
    private static final String REFERENCE = "reference";
    private static final Pattern GAP = Pattern.compile("new\\s+TodoException\\(\\s*\"([1-4][A-D])\"");

    private final Path home;
    private final Compilation compilation;
    private final Consumer<String> notice;

    /**
     * Layers of the repository {@code home}.
     *
     * @param notice told in one line whose code runs, where that may surprise
     */
    public RunnableLayers(Path home, Consumer<String> notice) {
        this.home = home;
        this.compilation = new Compilation(home);
        this.notice = notice;
    }

    /**
     * Compiles and loads {@code layers}.
     *
     * @throws io.multiraft.grader.load.ImplementationException if sources are missing or do not compile
     */
    public Implementations load(LayerChoice choice, List<Layer> layers) {
        return new Implementations(compilation.of(choice, layers));
    }

    /**
     * The same choice, but with the reference in place of each layer that nobody chose by itself and that still throws
     * {@link io.multiraft.node.TodoException} somewhere: what is half written does not run. In a repository without the
     * reference nothing is changed.
     */
    public LayerChoice bridgeGaps(LayerChoice choice, List<Layer> layers) {
        LayerChoice bridged = choice;
        Set<String> notes = new LinkedHashSet<>();
        for (Layer layer : layers) {
            Set<String> gaps = choice.others().containsKey(layer) ? Set.of() : gaps(choice, layer);
            if (!gaps.isEmpty() && compilation.exists(LayerChoice.all(REFERENCE), layer)) {
                bridged = bridged.with(layer, REFERENCE);
                notes.add(layer.packageName() + ": running the reference, as your code still has gaps in "
                        + String.join(", ", gaps) + "; --impl mine runs yours anyway");
            }
        }
        notes.forEach(notice);
        return bridged;
    }

    /** The steps of which something is still to be written. */
    private Set<String> gaps(LayerChoice choice, Layer layer) {
        Set<String> steps = new TreeSet<>();
        for (Path file : SourceTree.of(home, choice.of(layer), layer).files()) {
            GAP.matcher(text(file)).results().map(found -> found.group(1)).forEach(steps::add);
        }
        return steps;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
