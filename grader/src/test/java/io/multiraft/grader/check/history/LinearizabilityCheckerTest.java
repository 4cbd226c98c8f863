// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.check.history.KvModel.Input;
import io.multiraft.grader.check.history.KvModel.Kind;
import io.multiraft.grader.check.history.KvModel.Output;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

class LinearizabilityCheckerTest {
    private static final KvModel MODEL = new KvModel(Optional.empty());

    private static final List<Kind> KINDS = List.of(Kind.GET, Kind.PUT, Kind.APPEND, Kind.DELETE);

    private static Verdict<Input, Output> check(History<Input, Output> history) {
        return LinearizabilityChecker.check(MODEL, history.operations(), 1_000_000);
    }

    private static Input get(String key) {
        return new Input(Kind.GET, key, "");
    }

    private static Input put(String key, String value) {
        return new Input(Kind.PUT, key, value);
    }

    private static Optional<Output> found(String value) {
        return Optional.of(new Output(Optional.of(value)));
    }

    private static final Optional<Output> NOTHING = Optional.of(new Output(Optional.empty()));

    @Example
    void aReadMaySeeAWriteThatGoesOn() {
        History<Input, Output> history = new History<>();
        int write = history.called(1, put("x", "1"), 0);
        int read = history.called(2, get("x"), 1);
        history.returned(read, found("1"), 2);
        history.returned(write, NOTHING, 3);
        assertThat(check(history)).isInstanceOf(Verdict.Linearizable.class);
    }

    @Example
    void aReadThatMissesAnEarlierWriteIsNamed() {
        History<Input, Output> history = new History<>();
        history.returned(history.called(1, put("x", "1"), 0), NOTHING, 1);
        history.returned(history.called(2, get("x"), 2), NOTHING, 3);
        Verdict<Input, Output> verdict = check(history);
        assertThat(verdict).isInstanceOf(Verdict.Violation.class);
        Verdict.Violation<Input, Output> violation = (Verdict.Violation<Input, Output>) verdict;
        assertThat(violation.offending().client()).isEqualTo(2);
        assertThat(violation.longest()).hasSize(1);
        assertThat(violation.explanation())
                .isEqualTo(
                        "get(x) -> absent of client 2 fits nowhere: after 1 operations, the last of them put(x, \"1\") of "
                                + "client 1, x is \"1\"; no order of 2 operations explains all answers");
    }

    @Example
    void anOperationWithoutAnswerMayTakeEffectLateOrNever() {
        History<Input, Output> history = new History<>();
        history.called(1, put("x", "1"), 0);
        history.returned(history.called(2, get("x"), 2), NOTHING, 3);
        history.returned(history.called(2, get("x"), 4), found("1"), 5);
        assertThat(check(history)).isInstanceOf(Verdict.Linearizable.class);
        history.returned(history.called(2, get("x"), 6), NOTHING, 7);
        assertThat(check(history)).isInstanceOf(Verdict.Violation.class);
    }

    @Example
    void aHardPartitionDoesNotHideAViolationInAnother() {
        History<Input, Output> history = new History<>();
        // appends that all go on at a time, and a read that no order explains: as many orders as there can be
        for (int client = 0; client < 14; client++) {
            history.called(client, new Input(Kind.APPEND, "hard", "v" + client), 0);
        }
        history.returned(history.called(20, get("hard"), 1), found("nobody wrote this"), 2);
        history.returned(history.called(21, put("easy", "1"), 3), NOTHING, 4);
        history.returned(history.called(21, get("easy"), 5), NOTHING, 6);
        Verdict<Input, Output> verdict = LinearizabilityChecker.check(MODEL, history.operations(), 20_000);
        assertThat(verdict).isInstanceOf(Verdict.Violation.class);
        assertThat(((Verdict.Violation<Input, Output>) verdict).partition()).isEqualTo("easy");
    }

    @Example
    void whatTakesTooLongIsUndecided() {
        History<Input, Output> history = new History<>();
        for (int client = 0; client < 14; client++) {
            history.called(client, new Input(Kind.APPEND, "hard", "v" + client), 0);
        }
        history.returned(history.called(20, get("hard"), 1), found("nobody wrote this"), 2);
        Verdict<Input, Output> verdict = LinearizabilityChecker.check(MODEL, history.operations(), 10_000);
        assertThat(verdict).isEqualTo(new Verdict.Undecided<>(10_000));
    }

    // ---- against a checker that tries all orders ------------------------------------------------------------------

    /** One thing that happens in a random history. */
    private record Move(int client, int kind, int key, int value, int answer) {}

    @Provide
    Arbitrary<List<Move>> moves() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 5))
                .as(Move::new)
                .list()
                .ofMinSize(8)
                .ofMaxSize(20);
    }

    /** Each move lets its client call, or return if it has called; some answers are wrong, some unknown, some missing. */
    private static History<Input, Output> history(List<Move> moves) {
        History<Input, Output> history = new History<>();
        int[] running = {-1, -1, -1};
        List<String> state = new ArrayList<>(List.of("", ""));
        for (Move move : moves) {
            int client = move.client();
            if (running[client] < 0) {
                Kind kind = KINDS.get(move.kind());
                String key = "k" + move.key();
                running[client] = history.called(client, new Input(kind, key, "" + move.value()), 0);
                continue;
            }
            Input input = history.operations().get(running[client]).input();
            int key = input.key().equals("k0") ? 0 : 1;
            switch (input.kind()) {
                case GET -> {
                    String value = move.answer() == 0 ? "" + move.value() : state.get(key);
                    history.returned(
                            running[client],
                            move.answer() == 1
                                    ? Optional.empty()
                                    : Optional.of(new Output(value.isEmpty() ? Optional.empty() : Optional.of(value))),
                            1);
                }
                case PUT -> state.set(key, input.value());
                case APPEND -> state.set(key, state.get(key) + input.value());
                case DELETE -> state.set(key, "");
            }
            if (input.kind() != Kind.GET) {
                history.returned(running[client], NOTHING, 1);
            }
            running[client] = -1;
        }
        return history;
    }

    @Property(tries = 20_000, seed = "20261124")
    void theVerdictIsThatOfTryingAllOrders(@ForAll("moves") List<Move> moves) {
        List<Operation<Input, Output>> operations = history(moves).operations();
        boolean explained = anyOrder(operations, new HashSet<>(), List.of(Optional.empty(), Optional.empty()));
        Verdict<Input, Output> verdict = LinearizabilityChecker.check(MODEL, operations, 1_000_000);
        assertThat(verdict instanceof Verdict.Linearizable).isEqualTo(explained);
        assertThat(verdict).isNotInstanceOf(Verdict.Undecided.class);
        Statistics.label("verdict").collect(explained).coverage(checker -> {
            checker.check(true).percentage(share -> share > 20);
            checker.check(false).percentage(share -> share > 10);
        });
    }

    /** Whether some order of the operations that are not in {@code done} explains all answers; knows no shortcuts. */
    private static boolean anyOrder(
            List<Operation<Input, Output>> operations, Set<Integer> done, List<Optional<String>> states) {
        long horizon = Long.MAX_VALUE;
        boolean allReturnedAreDone = true;
        for (int i = 0; i < operations.size(); i++) {
            if (!done.contains(i)) {
                horizon = Math.min(horizon, operations.get(i).returned());
                allReturnedAreDone &= operations.get(i).isOpen();
            }
        }
        if (allReturnedAreDone) {
            return true;
        }
        for (int i = 0; i < operations.size(); i++) {
            Operation<Input, Output> next = operations.get(i);
            if (done.contains(i) || next.called() > horizon) {
                continue;
            }
            int key = next.input().key().equals("k0") ? 0 : 1;
            Optional<Optional<String>> after = MODEL.step(states.get(key), next.input(), next.output());
            if (after.isPresent()) {
                List<Optional<String>> nextStates = new ArrayList<>(states);
                nextStates.set(key, after.get());
                Set<Integer> nextDone = new HashSet<>(done);
                nextDone.add(i);
                if (anyOrder(operations, nextDone, nextStates)) {
                    return true;
                }
            }
        }
        return false;
    }
}
