// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.ImplementationException;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.load.Lineup;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the layer that a failure comes from by substitution: the lowest layer that fails alone among layers of the reference.
 * Symptoms are not looked at: a lost vote shows as a stale read.
 */
final class LayerAtFault {
    private static final String REFERENCE = "reference";

    /** Runs of a campaign in which a layer that was only part of the cause may show itself. */
    private static final long MORE_RUNS = 50;

    private final Compilation compilation;
    private final WorkerPool workers;
    private final long seed;

    LayerAtFault(Compilation compilation, WorkerPool workers, long seed) {
        this.compilation = compilation;
        this.workers = workers;
        this.seed = seed;
    }

    /**
     * The name of the layer at fault.
     *
     * @param schedule that the failed run followed; or null
     */
    String of(PlannedTest planned, Outcome failed, Path schedule) {
        List<Layer> layers = Layer.usedBy(planned.test().lab());
        List<String> suspects = layers.stream()
                .filter(layer -> !planned.choice().of(layer).equals(REFERENCE))
                .map(Layer::label)
                .distinct()
                .toList();
        if (suspects.size() == 1) {
            return suspects.get(0);
        }
        try {
            return suspects.stream()
                    .filter(suspect -> fails(planned, failed, schedule, suspect))
                    .findFirst()
                    .orElseGet(() -> ownLayer(planned.test().lab()));
        } catch (ImplementationException e) {
            return ownLayer(planned.test().lab()); // there is no reference to put in its place
        }
    }

    /** The first layer that the lab itself writes. */
    private static String ownLayer(String lab) {
        return Layer.usedBy(lab).stream()
                .filter(layer -> layer.isOf(lab))
                .findFirst()
                .orElseThrow()
                .label();
    }

    private boolean fails(PlannedTest planned, Outcome failed, Path schedule, String suspect) {
        LayerChoice alone = LayerChoice.all(REFERENCE);
        List<Layer> layers = Layer.usedBy(planned.test().lab());
        for (Layer layer : layers) {
            alone = layer.label().equals(suspect)
                    ? alone.with(layer, planned.choice().of(layer))
                    : alone;
        }
        Lineup lineup = compilation.of(alone, layers);
        TestCase test = planned.test();
        return hasFailed(Order.once(test, failed.failedSeed(), schedule, lineup))
                || (test.campaign() && hasFailed(Order.runs(test, 0, Math.min(MORE_RUNS, test.runs()), seed, lineup)));
    }

    private boolean hasFailed(Order order) {
        return workers.carryOut(order).status() != Outcome.Status.PASSED;
    }
}
