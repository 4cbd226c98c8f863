// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose code each layer is: {@code mine}, {@code reference} or a folder laid out like this repository. Immutable.
 *
 * @param implementation whose, unless {@code others} says otherwise
 * @param others whose layer by layer
 */
public record LayerChoice(String implementation, Map<Layer, String> others) {

    public LayerChoice {
        others = others.isEmpty() ? Map.of() : new EnumMap<>(others);
    }

    /** All layers from one implementation. */
    public static LayerChoice all(String implementation) {
        return new LayerChoice(implementation, Map.of());
    }

    /** Whose code {@code layer} is. */
    public String of(Layer layer) {
        return others.getOrDefault(layer, implementation);
    }

    /** The same with another {@code layer}. */
    public LayerChoice with(Layer layer, String itsImplementation) {
        Map<Layer, String> more = new EnumMap<>(Layer.class);
        more.putAll(others);
        more.put(layer, itsImplementation);
        return new LayerChoice(implementation, more);
    }

    /** Whose code each of {@code layers} is, by the names of layers in reports. */
    public Map<String, String> labels(List<Layer> layers) {
        Map<String, String> labels = new LinkedHashMap<>();
        layers.forEach(layer -> labels.put(layer.label(), of(layer)));
        return labels;
    }
}
