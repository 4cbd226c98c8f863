// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.check.history.KvModel.Input;
import io.multiraft.grader.check.history.KvModel.Kind;
import io.multiraft.grader.check.history.KvModel.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** The checker against one that tries all orders: verdict, offending operation, and what was expected of it. */
class AgainstBruteForceTest {
    private static final long PLENTY = 1_000_000;

    /** What becomes of an operation. */
    private enum Fate {
        RIGHT,
        WRONG,
        UNKNOWN,
        REFUSED,
        OPEN_WITH_EFFECT,
        OPEN_WITHOUT_EFFECT
    }

    /** One thing that happens in a random history: its client calls, or returns if it has called. */
    private record Move(int client, Kind kind, int key, String value, Fate fate) {}

    @Provide
    Arbitrary<List<Move>> moves() {
        return moves(2);
    }

    @Provide
    Arbitrary<List<Move>> movesOfOneKey() {
        return moves(1);
    }

    private static Arbitrary<List<Move>> moves(int keys) {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(Kind.GET, Kind.GET, Kind.PUT, Kind.APPEND, Kind.APPEND, Kind.DELETE),
                        Arbitraries.integers().between(0, keys - 1),
                        Arbitraries.of("", "a", "a", "b", "ab"),
                        Arbitraries.frequencyOf(
                                Tuple.of(10, Arbitraries.just(Fate.RIGHT)),
                                Tuple.of(4, Arbitraries.just(Fate.WRONG)),
                                Tuple.of(1, Arbitraries.just(Fate.UNKNOWN)),
                                Tuple.of(1, Arbitraries.just(Fate.REFUSED)),
                                Tuple.of(3, Arbitraries.just(Fate.OPEN_WITH_EFFECT)),
                                Tuple.of(2, Arbitraries.just(Fate.OPEN_WITHOUT_EFFECT))))
                .as(Move::new)
                .list()
                .ofMinSize(8)
                .ofMaxSize(17);
    }

    /** A store that does things when they return, and what its clients see of it. */
    private static final class Store {
        private static final int[] IDLE = {-1, -1, -1, -1};

        private final KvModel model;
        private final History<Input, Output> history = new History<>();
        private final int[] running = IDLE.clone();
        private final int[] client = {0, 1, 2, 3};
        private final List<Optional<Text>> states = new ArrayList<>(List.of(Optional.empty(), Optional.empty()));

        Store(KvModel model) {
            this.model = model;
        }

        History<Input, Output> play(List<Move> moves) {
            for (Move move : moves) {
                if (running[move.client()] < 0) {
                    boolean isWrite = move.kind() == Kind.PUT || move.kind() == Kind.APPEND;
                    Input input = new Input(move.kind(), "k" + move.key(), isWrite ? move.value() : "");
                    running[move.client()] = history.called(client[move.client()], input, 0);
                } else {
                    end(move);
                    running[move.client()] = -1;
                }
            }
            return history;
        }

        private void end(Move move) {
            int operation = running[move.client()];
            Input input = history.operations().get(operation).input();
            int key = input.key().equals("k0") ? 0 : 1;
            Optional<Text> state = states.get(key);
            if (move.fate() != Fate.REFUSED && move.fate() != Fate.OPEN_WITHOUT_EFFECT) {
                states.set(key, model.step(state, input, Optional.empty()).orElseThrow());
            }
            switch (move.fate()) {
                case RIGHT -> history.returned(operation, Optional.of(answer(input.kind(), state)), 1);
                case WRONG -> history.returned(operation, Optional.of(wrongAnswer(input.kind(), move.value())), 1);
                case UNKNOWN -> history.returned(operation, Optional.empty(), 1);
                case REFUSED -> history.returned(operation, Optional.of(new KvModel.Refused("too large")), 1);
                case OPEN_WITH_EFFECT, OPEN_WITHOUT_EFFECT -> client[move.client()] += 4;
            }
        }

        private Output answer(Kind kind, Optional<Text> state) {
            return switch (kind) {
                case GET ->
                    state.<Output>map(text -> new KvModel.Found(text.toString()))
                            .orElse(new KvModel.NoSuchKey());
                case PUT, APPEND -> new KvModel.Done();
                case DELETE ->
                    state.isPresent() || !model.doneMeansThereWasOne() ? new KvModel.Done() : new KvModel.NoSuchKey();
            };
        }

        private static Output wrongAnswer(Kind kind, String value) {
            return switch (kind) {
                case GET -> value.isEmpty() ? new KvModel.NoSuchKey() : new KvModel.Found(value + value);
                case PUT, APPEND -> new KvModel.Done();
                case DELETE -> value.length() > 1 ? new KvModel.Done() : new KvModel.NoSuchKey();
            };
        }
    }

    @Property(tries = 6_000, seed = "20261124")
    void storesWhoseDeletesTellWhetherThereWasOne(@ForAll("moves") List<Move> moves) {
        agree(new KvModel(), moves);
    }

    @Property(tries = 6_000, seed = "20261125")
    void storesWhoseDeletesAreAlwaysDone(@ForAll("movesOfOneKey") List<Move> moves) {
        agree(new KvModel(Optional.empty(), KvModel.DeleteAnswers.ALWAYS_DONE), moves);
    }

    @Property(tries = 6_000, seed = "20261126")
    void storesInWhichKeysBeginEmpty(@ForAll("movesOfOneKey") List<Move> moves) {
        agree(new KvModel(Optional.of(""), KvModel.DeleteAnswers.TELL_WHETHER_THERE_WAS_ONE), moves);
    }

    private static void agree(KvModel model, List<Move> moves) {
        agree(model, new Store(model).play(moves).operations());
    }

    private static <S, I, O> void agree(Model<S, I, O> model, List<Operation<I, O>> history) {
        boolean explained = BruteForce.isLinearizable(model, history);
        for (Pruning pruning : Pruning.values()) {
            Verdict<I, O> verdict = LinearizabilityChecker.check(model, history, PLENTY, pruning);
            if (explained) {
                assertThat(verdict).as("%s", pruning).isInstanceOf(Verdict.Linearizable.class);
            } else {
                assertThat(verdict).as("%s", pruning).isInstanceOf(Verdict.Violation.class);
                isRight((Verdict.Violation<I, O>) verdict, model);
            }
        }
        Statistics.label("verdict").collect(explained).coverage(checker -> {
            checker.check(true).percentage(share -> share > 30);
            checker.check(false).percentage(share -> share > 15);
        });
    }

    private static <S, I, O> void isRight(Verdict.Violation<I, O> violation, Model<S, I, O> model) {
        Operation<I, O> offending = BruteForce.offending(model, violation.operations());
        assertThat(violation.offending()).isEqualTo(offending);
        Set<String> possible = BruteForce.met(model, violation.operations(), offending).stream()
                .map(model::describe)
                .collect(Collectors.toSet());
        assertThat(violation.contradiction().complete()).isEqualTo(possible.size() < Expectation.MAX_STATES);
        assertThat(violation.contradiction().expected())
                .isSubsetOf(possible)
                .hasSize(Math.min(possible.size(), Expectation.MAX_STATES));
        S state = model.initial();
        for (Operation<I, O> each : violation.longest()) {
            state = model.step(state, each.input(), each.output()).orElseThrow();
        }
        assertThat(violation.longest())
                .containsAll(violation.operations().stream()
                        .filter(each -> each.returned() < offending.returned())
                        .toList())
                .doesNotContain(offending);
    }

    @Provide
    Arbitrary<List<Integer>> numbers() {
        return Arbitraries.integers()
                .between(0, 4 * 3 * 3 * 3 * 5 - 1)
                .list()
                .ofMinSize(8)
                .ofMaxSize(17);
    }

    /** Each number says which client, what, and how it ends. */
    @Property(tries = 6_000, seed = "20261127")
    void registers(@ForAll("numbers") List<Integer> numbers) {
        RegisterModel model = new RegisterModel();
        History<RegisterModel.Input, RegisterModel.Output> history = new History<>();
        int[] running = new int[4];
        Arrays.fill(running, -1);
        Optional<Long> state = Optional.empty();
        for (int number : numbers) {
            int client = number % 4;
            long value = number / 4 % 3;
            long other = number / 12 % 3;
            if (running[client] < 0) {
                RegisterModel.Input input = switch (number / 36 % 3) {
                    case 0 -> new RegisterModel.Read();
                    case 1 -> new RegisterModel.Write(value);
                    default -> new RegisterModel.CompareAndSet(value, other);
                };
                running[client] = history.called(client, input, 0);
                continue;
            }
            RegisterModel.Input input =
                    history.operations().get(running[client]).input();
            int fate = number / 108;
            Optional<Long> next = model.step(state, input, Optional.empty()).orElseThrow();
            boolean success = !(input instanceof RegisterModel.CompareAndSet cas)
                    || (state.equals(Optional.of(cas.expected())) ^ (fate == 4));
            Optional<Long> read = fate == 4 ? Optional.of(other) : state;
            Optional<Long> shown = input instanceof RegisterModel.Read ? read : Optional.empty();
            if (fate > 0) {
                history.returned(
                        running[client],
                        fate == 1 ? Optional.empty() : Optional.of(new RegisterModel.Output(shown, success)),
                        1);
            }
            state = fate > 0 || value > 0 ? next : state;
            running[client] = -1;
        }
        agree(model, history.operations());
    }
}
