// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Compiles the layers that were chosen. */
public final class Compilation {
    private final Path home;
    private final SourceCompiler compiler;

    /** For the repository {@code home}. */
    public Compilation(Path home) {
        this.home = home;
        this.compiler = new SourceCompiler(home);
    }

    /**
     * The classes of {@code layers} as {@code choice} has them.
     *
     * @throws ImplementationException if sources are missing or do not compile
     */
    public Lineup of(LayerChoice choice, List<Layer> layers) {
        Map<Layer, CompiledLayer> compiled = new EnumMap<>(Layer.class);
        layers.forEach(layer -> compiled.put(layer, of(choice, layer)));
        return new Lineup(compiled);
    }

    /** Whether there are sources of {@code layer} as {@code choice} has it. */
    public boolean exists(LayerChoice choice, Layer layer) {
        try {
            SourceTree.of(home, choice.of(layer), layer);
            return true;
        } catch (ImplementationException e) {
            return false; // a student's repository may be without the reference
        }
    }

    /** The classes of {@code layer} as {@code choice} has it. */
    public CompiledLayer of(LayerChoice choice, Layer layer) {
        return of(SourceTree.of(home, choice.of(layer), layer));
    }

    /** The classes of {@code tree}. */
    public CompiledLayer of(SourceTree tree) {
        return new CompiledLayer(compiler.classes(tree).toString(), tree.packageName());
    }
}
