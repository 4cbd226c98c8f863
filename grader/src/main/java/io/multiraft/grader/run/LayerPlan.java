// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.ImplementationException;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.load.Lineup;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whose layers a test is judged on: its own lab's are those that were asked for; those of the labs below are one's
 * own if they pass the steps that are needed, and otherwise the reference's, so that nobody is stuck in a later lab because
 * of an earlier one.
 */
final class LayerPlan {
    private static final String REFERENCE = "reference";

    /** ReadIndex is written in lab 2 as a part of one's own Raft: there is nothing to judge with another one. */
    private static final String OWN_RAFT_STEP = "2D";

    /** Which steps of a lower lab a step needs; the others need all. */
    private static final Map<String, Set<String>> NEEDED = Map.of("2A", Set.of("1A", "1B"), "2B", Set.of("1A", "1B"));

    private final LayerChoice asked;
    private final Compilation compilation;
    private final LowerLabs lowerLabs;
    private final Set<String> notes = new LinkedHashSet<>();

    /**
     * A plan for what was asked for.
     *
     * @param asked the layers that are named one by one are never exchanged
     */
    LayerPlan(LayerChoice asked, Compilation compilation, LowerLabs lowerLabs) {
        this.asked = asked;
        this.compilation = compilation;
        this.lowerLabs = lowerLabs;
    }

    /** What was decided that a person may not expect, in sentences. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The plan for {@code test}.
     *
     * @throws ImplementationException if something that was asked for is missing or does not compile
     */
    PlannedTest plan(TestCase test) {
        LayerChoice choice = LayerChoice.all(asked.implementation());
        List<Layer> layers = Layer.usedBy(test.lab());
        for (Layer layer : layers) {
            choice = choice.with(layer, layer.isOf(test.lab()) ? asked.of(layer) : lower(layer, test));
        }
        Optional<String> obstacle = obstacle(test, choice);
        Lineup lineup = obstacle.isPresent() ? new Lineup(Map.of()) : compilation.of(choice, layers);
        return new PlannedTest(test, choice, lineup, obstacle);
    }

    private String lower(Layer layer, TestCase test) {
        if (layer == Layer.RAFT && test.step().equals(OWN_RAFT_STEP)) {
            return ownRaft();
        }
        String own = asked.of(layer);
        if (asked.others().containsKey(layer) || own.equals(REFERENCE) || !lowerLabs.hasReference(layer)) {
            return own;
        }
        Optional<String> complaint = complaint(layer, own, test);
        complaint.ifPresent(
                each -> notes.add(test.lab() + " is judged on the reference's " + layer.label() + ": " + each));
        return complaint.isPresent() ? REFERENCE : own;
    }

    private Optional<String> complaint(Layer layer, String own, TestCase test) {
        return lowerLabs.verdict(layer, own).complaint(NEEDED.get(test.step()));
    }

    private String ownRaft() {
        String named = asked.of(Layer.RAFT);
        return named.equals(REFERENCE) ? asked.implementation() : named;
    }

    /** What does not come through lab 1 is not trusted with reads either. */
    private Optional<String> obstacle(TestCase test, LayerChoice choice) {
        String raft = choice.of(Layer.RAFT);
        if (!test.step().equals(OWN_RAFT_STEP) || raft.equals(REFERENCE)) {
            return Optional.empty();
        }
        LowerLabs.Verdict verdict = lowerLabs.verdict(Layer.RAFT, raft);
        return verdict.isOnlyUnfinished()
                ? Optional.empty()
                : verdict.complaint(null)
                        .map(complaint ->
                                OWN_RAFT_STEP + " is judged on your own Raft, and that is not sound yet: " + complaint);
    }
}
