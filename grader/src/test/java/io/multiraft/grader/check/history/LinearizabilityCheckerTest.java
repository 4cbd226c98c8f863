// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import static io.multiraft.grader.check.history.KvModel.Input.append;
import static io.multiraft.grader.check.history.KvModel.Input.get;
import static io.multiraft.grader.check.history.KvModel.Input.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.check.history.KvModel.Input;
import io.multiraft.grader.check.history.KvModel.Output;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;

class LinearizabilityCheckerTest {
    private static final KvModel MODEL = new KvModel();

    private static Verdict<Input, Output> check(History<Input, Output> history) {
        return LinearizabilityChecker.check(MODEL, history.operations(), 1_000_000);
    }

    private static Optional<Output> found(String value) {
        return Optional.of(new KvModel.Found(value));
    }

    private static final Optional<Output> NOTHING = Optional.of(new KvModel.NoSuchKey());

    private static final Optional<Output> DONE = Optional.of(new KvModel.Done());

    @Example
    void aReadMaySeeAWriteThatGoesOn() {
        History<Input, Output> history = new History<>();
        int write = history.called(1, put("x", "1"), 0);
        int read = history.called(2, get("x"), 1);
        history.returned(read, found("1"), 2);
        history.returned(write, DONE, 3);
        assertThat(check(history)).isInstanceOf(Verdict.Linearizable.class);
    }

    @Example
    void aReadThatMissesAnEarlierWriteIsNamed() {
        History<Input, Output> history = new History<>();
        history.returned(history.called(1, put("x", "1"), 0), DONE, 1);
        history.returned(history.called(2, get("x"), 2), NOTHING, 3);
        Verdict<Input, Output> verdict = check(history);
        assertThat(verdict).isInstanceOf(Verdict.Violation.class);
        Verdict.Violation<Input, Output> violation = (Verdict.Violation<Input, Output>) verdict;
        assertThat(violation.offending().client()).isEqualTo(2);
        assertThat(violation.longest()).hasSize(1);
        assertThat(violation.explanation())
                .isEqualTo(
                        "client 2: get(x) -> no such key, called at 0.000002 s, answered at 0.000003 s. No order of the "
                                + "operations explains this answer: x can only have been \"1\" then. The longest order that explains "
                                + "all answers before it has 1 operation of 2 and ends with put(x, \"1\") of client 1.");
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

    /** Appends that all go on at a time, and a read that no order explains: as many orders as there can be. */
    private static History<Input, Output> hard() {
        History<Input, Output> history = new History<>();
        for (int client = 0; client < 14; client++) {
            history.called(client, append("hard", "v" + client), 0);
        }
        history.returned(history.called(20, get("hard"), 1), found("nobody wrote this"), 2);
        return history;
    }

    @Example
    void aHardPartitionDoesNotHideAViolationInAnother() {
        History<Input, Output> history = hard();
        history.returned(history.called(21, put("easy", "1"), 3), DONE, 4);
        history.returned(history.called(21, get("easy"), 5), NOTHING, 6);
        Verdict<Input, Output> verdict =
                LinearizabilityChecker.check(MODEL, history.operations(), 20_000, Pruning.NONE);
        assertThat(verdict).isInstanceOf(Verdict.Violation.class);
        assertThat(((Verdict.Violation<Input, Output>) verdict).partition()).isEqualTo("easy");
    }

    @Example
    void whatTakesTooLongIsUndecided() {
        assertThat(LinearizabilityChecker.check(MODEL, hard().operations(), 10_000, Pruning.NONE))
                .isEqualTo(new Verdict.Undecided<>(10_000, List.of("hard"), Optional.empty()));
    }

    @Example
    void whatNobodyHasReadNeedNotBeTried() {
        assertThat(check(hard())).isInstanceOf(Verdict.Violation.class);
        assertThat(check(hard()).steps()).isLessThan(20);
    }

    @Example
    void aHistoryThatTakesTooLongIsShortenedAndTheVerdictSaysSo() {
        History<Input, Output> history = new History<>();
        String value = "";
        for (int i = 0; i < 100; i++) {
            history.returned(history.called(1, append("x", "a"), 10L * i), DONE, 10L * i + 1);
            value += "a";
            history.returned(history.called(2, get("x"), 10L * i + 2), found(value), 10L * i + 3);
        }
        Verdict<Input, Output> verdict = LinearizabilityChecker.checkShortening(MODEL, history.operations(), 80);
        assertThat(verdict)
                .isEqualTo(new Verdict.Undecided<>(
                        80 + 80 + 50, List.of("x"), Optional.of(new Verdict.Prefix(50, 200, 250))));
        assertThat(((Verdict.Undecided<Input, Output>) verdict).explanation(Clock.MICROSECONDS))
                .isEqualTo("undecided after 210 steps (left: x); shortened to the first 50 of 200 operations, until "
                        + "0.00025 s: linearizable; the rest is not judged");
    }

    @Example
    void aLongValueIsComparedWhereItDiffers() {
        History<Input, Output> history = new History<>();
        String begin = "0123456789".repeat(20);
        history.returned(history.called(1, put("x", begin), 0), DONE, 1);
        history.returned(history.called(1, append("x", "<lost>"), 2), DONE, 3);
        history.returned(history.called(1, append("x", "<kept>"), 4), DONE, 5);
        history.returned(history.called(2, get("x"), 6), found(begin + "<kept>"), 7);
        assertThat(((Verdict.Violation<Input, Output>) check(history)).explanation())
                .contains(
                        "after 201 characters that are right the answer goes on with \"kept>\" instead of going on with "
                                + "\"lost><kept>\"");
    }

    /** The shapes of histories that the grader meets; a step is a fraction of a microsecond. */
    @Example
    void fewStepsAreNeededForManyOpenOperations() {
        for (boolean lost : new boolean[] {false, true}) {
            for (int seed = 0; seed < 2; seed++) {
                assertStepsBelow(20_000, new GeneratedHistory(3_000, 10, 3, 0, 40, 10, 5, lost, seed));
                assertStepsBelow(80_000, new GeneratedHistory(3_000, 10, 3, 60, 40, 10, 5, lost, seed));
                assertStepsBelow(20_000, new GeneratedHistory(1_000, 8, 1, 30, 40, 0, 0, lost, seed));
                assertStepsBelow(80_000, new GeneratedHistory(1_000, 8, 1, 30, 40, 60, 0, lost, seed));
                assertStepsBelow(80_000, new GeneratedHistory(3_000, 10, 1, 30, 1, 0, 0, lost, seed));
            }
        }
    }

    private static void assertStepsBelow(int most, GeneratedHistory generated) {
        Verdict<Input, Output> verdict = LinearizabilityChecker.check(MODEL, generated.generate(), most);
        assertThat(verdict).as("%s", generated).isNotInstanceOf(Verdict.Undecided.class);
        if (!generated.lost()) {
            assertThat(verdict).as("%s", generated).isInstanceOf(Verdict.Linearizable.class);
        } else if (generated.puts() == 0) {
            assertThat(verdict).as("%s", generated).isInstanceOf(Verdict.Violation.class);
        }
    }
}
