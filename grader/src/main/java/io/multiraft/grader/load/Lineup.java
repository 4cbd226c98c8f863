// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.util.EnumMap;
import java.util.Map;

/**
 * The classes that a test puts together, layer by layer. Immutable; equal if all classes are the same.
 *
 * @param layers at least those that the test uses; none for a test that is not run
 */
public record Lineup(Map<Layer, CompiledLayer> layers) {

    public Lineup {
        layers = layers.isEmpty() ? Map.of() : new EnumMap<>(layers);
    }

    /** The same with other classes in place of all layers of the same package. */
    public Lineup with(CompiledLayer other) {
        Map<Layer, CompiledLayer> exchanged = new EnumMap<>(Layer.class);
        exchanged.putAll(layers);
        exchanged.replaceAll((layer, old) -> old.packageName().equals(other.packageName()) ? other : old);
        return new Lineup(exchanged);
    }
}
