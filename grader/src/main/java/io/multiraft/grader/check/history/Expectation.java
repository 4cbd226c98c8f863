// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what an offending operation could have met: the history ends with its answer, any answer is right, and the
 * states that the orders of this history bring it to are collected.
 */
final class Expectation<S, I, O> {
    private static final long MAX_STEPS = 20_000;
    static final int MAX_STATES = 6;

    private final Model<S, I, O> model;
    private final List<Operation<I, O>> operations;
    private final List<Operation<I, O>> longest;
    private final Operation<I, O> offending;

    Expectation(
            Model<S, I, O> model,
            List<Operation<I, O>> operations,
            List<Operation<I, O>> longest,
            Operation<I, O> offending) {
        this.model = model;
        this.operations = operations;
        this.longest = longest;
        this.offending = offending;
    }

    /** A state, and the one that the offending operation has met; empty before it. */
    private record Met<S>(S state, Optional<S> met) {}

    private record Asked<I>(I input, boolean isOffending) {}

    /** Like the model, and notes what the offending operation meets; any answer of it is right. */
    private record Watching<S, I, O>(Model<S, I, O> model) implements Model<Met<S>, Asked<I>, O> {
        @Override
        public Met<S> initial() {
            return new Met<>(model.initial(), Optional.empty());
        }

        @Override
        public Optional<Met<S>> step(Met<S> state, Asked<I> asked, Optional<O> output) {
            return model.step(state.state(), asked.input(), asked.isOffending() ? Optional.empty() : output)
                    .map(next -> new Met<>(next, asked.isOffending() ? Optional.of(state.state()) : state.met()));
        }

        @Override
        public Object partition(Asked<I> asked) {
            return model.partition(asked.input());
        }

        @Override
        public boolean onlyReads(Asked<I> asked, Optional<O> output) {
            return !asked.isOffending() && model.onlyReads(asked.input(), output);
        }

        @Override
        public String describe(Asked<I> asked, Optional<O> output) {
            return model.describe(asked.input(), output);
        }

        @Override
        public String describe(Met<S> state) {
            return model.describe(state.state());
        }
    }

    Contradiction contradiction() {
        Set<S> states = new LinkedHashSet<>();
        boolean complete = collect(states);
        if (states.isEmpty()) {
            states.add(afterLongest());
        }
        String last = longest.isEmpty() ? "" : words(longest.get(longest.size() - 1));
        String difference = offending
                .output()
                .map(output -> model.difference(states.iterator().next(), offending.input(), output))
                .orElse("");
        return new Contradiction(
                words(offending), last, states.stream().map(model::describe).toList(), complete, difference);
    }

    private boolean collect(Set<S> states) {
        PartitionSearch<Met<S>, Asked<I>, O> search =
                new PartitionSearch<>(new Watching<>(model), untilTheAnswer(), Pruning.EXACT);
        while (search.steps() < MAX_STEPS && states.size() < MAX_STATES) {
            switch (search.advance(MAX_STEPS - search.steps())) {
                case SEARCHING -> {
                    return false;
                }
                case VIOLATED -> {
                    return true;
                }
                case LINEARIZABLE -> {
                    states.add(search.state().met().orElseThrow());
                    if (!search.goOn()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private List<Operation<Asked<I>, O>> untilTheAnswer() {
        return FirstContradiction.until(operations, offending.returned() + 1).stream()
                .map(each -> new Operation<>(
                        each.client(),
                        new Asked<>(each.input(), each.called() == offending.called()),
                        each.output(),
                        each.called(),
                        each.returned(),
                        each.calledAt(),
                        each.returnedAt()))
                .toList();
    }

    private S afterLongest() {
        S state = model.initial();
        for (Operation<I, O> each : longest) {
            state = model.step(state, each.input(), each.output()).orElseThrow();
        }
        return state;
    }

    private String words(Operation<I, O> operation) {
        return model.describe(operation.input(), operation.output());
    }
}
