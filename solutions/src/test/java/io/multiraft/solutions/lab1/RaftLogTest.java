// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.LogEntry;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RaftLogTest {

    // ---- against a model: the terms of all entries since the beginning, and where the base is
    // --------------------------

    private static final class Model {
        private final List<Long> terms = new ArrayList<>();
        private int base;

        long last() {
            return terms.size();
        }

        long term(long index) {
            return index == 0 ? 0 : terms.get((int) index - 1);
        }
    }

    private record Step(int kind, int size) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Integer> kind = Arbitraries.frequency(Tuple.of(8, 0), Tuple.of(2, 1), Tuple.of(2, 2), Tuple.of(1, 3));
        return Combinators.combine(kind, Arbitraries.integers().between(0, 200))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(seed = "20261125")
    void indicesAndTermsAreThoseOfANaiveModel(@ForAll("histories") List<Step> history) {
        RaftLog log = new RaftLog();
        Model model = new Model();
        for (Step step : history) {
            play(step, log, model);
            assertThat(log.baseIndex()).isEqualTo(model.base);
            assertThat(log.baseTerm()).isEqualTo(model.term(model.base));
            assertThat(log.lastIndex()).isEqualTo(model.last());
            assertThat(log.lastTerm()).isEqualTo(model.term(model.last()));
        }
        for (long index = model.base; index <= model.last(); index++) {
            assertThat(log.term(index)).isEqualTo(model.term(index));
            assertThat(log.matches(index, model.term(index))).isTrue();
            assertThat(log.matches(index, model.term(index) + 1)).isFalse();
        }
    }

    /** Appends, truncates, compacts, or begins again behind a snapshot of somebody else. */
    private static void play(Step step, RaftLog log, Model model) {
        int held = (int) model.last() - model.base;
        switch (step.kind()) {
            case 0 -> {
                long term = Math.max(1, model.term(model.last())) + step.size() % 3;
                log.append(entry(term, 1));
                model.terms.add(term);
            }
            case 1 -> {
                if (held > 0) {
                    int index = model.base + 1 + step.size() % held;
                    log.truncateFrom(index);
                    model.terms.subList(index - 1, model.terms.size()).clear();
                }
            }
            case 2 -> {
                if (held > 0) {
                    model.base += 1 + step.size() % held;
                    log.compactTo(model.base);
                }
            }
            default -> {
                long index = model.last() + 1 + step.size();
                long term = model.term(model.last()) + 1;
                while (model.last() < index) {
                    model.terms.add(term);
                }
                model.base = (int) index;
                log.restartBehind(index, term);
            }
        }
    }

    @Property(seed = "20261125")
    void whatIsCompactedOrMissingIsNeitherGuessedNorMatched(@ForAll @IntRange(min = 1, max = 9) int base) {
        RaftLog log = logOf(1, 1, 1, 1, 2, 2, 2, 2, 2, 2);
        log.compactTo(base);
        for (long outside : new long[] {base - 1, 11, -1, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> log.term(outside)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(log.matches(outside, 0)).isFalse();
            assertThat(log.matches(outside, 1)).isFalse();
        }
        assertThatThrownBy(() -> log.get(base))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("not " + base);
    }

    @Test
    void compactedEntriesCanBeCollectedAsGarbage() {
        RaftLog log = new RaftLog();
        log.append(entry(1, 10));
        log.append(entry(1, 10));
        WeakReference<LogEntry> first = new WeakReference<>(log.get(1));
        log.compactTo(1);
        for (int i = 0; i < 50 && first.get() != null; i++) {
            System.gc();
        }
        assertThat(first.get()).isNull();
    }

    // ---- what a follower holds of a request
    // ----------------------------------------------------------------------------

    @Test
    void entriesCountAsHeldUpToTheFirstThatIsMissingOrConflicts() {
        RaftLog log = logOf(1, 1, 2, 2, 3);
        assertThat(log.held(1, entries(1, 2))).isEqualTo(2);
        assertThat(log.held(1, entries(1, 4, 4))).isEqualTo(1);
        assertThat(log.held(4, entries(3, 3))).isEqualTo(1);
        assertThat(log.held(5, entries(3))).isEqualTo(0);
        assertThat(log.held(5, entries())).isEqualTo(0);
    }

    @Test
    void whatASnapshotReplacedCountsAsHeld() {
        RaftLog log = logOf(1, 1, 2, 2, 3);
        log.compactTo(3);
        assertThat(log.held(0, entries(1, 1, 2, 2, 3, 3))).isEqualTo(5);
        assertThat(log.held(0, entries(1, 1, 2, 9))).isEqualTo(3);
        assertThat(log.held(0, entries(1, 1))).isEqualTo(2);
    }

    // ---- repair of a follower's log (Figure 7 and the end of section 5.3)
    // ----------------------------------------------

    private record Logs(List<Integer> common, List<Integer> leader, List<Integer> follower) {}

    /** Logs as Raft makes them: behind the part that they share, no term is in both. */
    @Provide
    Arbitrary<Logs> divergedLogs() {
        Arbitrary<List<Integer>> increments =
                Arbitraries.of(0, 0, 0, 1, 2).list().ofMaxSize(12);
        return Combinators.combine(increments, increments, increments).as((common, leader, follower) -> {
            List<Integer> shared = terms(1, 1, common);
            int last = shared.isEmpty() ? 1 : shared.get(shared.size() - 1);
            // the leader has even terms, the follower odd ones; one of them may go on with the last term that they
            // share
            return new Logs(shared, terms(last + last % 2, 2, leader), terms(last + 1 - last % 2, 2, follower));
        });
    }

    private static List<Integer> terms(int first, int factor, List<Integer> increments) {
        List<Integer> terms = new ArrayList<>();
        int term = first;
        for (int increment : increments) {
            term += factor * increment;
            terms.add(term);
        }
        return terms;
    }

    @Property(seed = "20261125")
    void aLeaderFindsTheEndOfTheSharedPartWithOneRefusalForEachConflictingTerm(
            @ForAll("divergedLogs") Logs logs, @ForAll @IntRange(min = 0, max = 12) int compacted) {
        RaftLog leader = logOf(logs.common(), logs.leader());
        RaftLog follower = logOf(logs.common(), logs.follower());
        int shared = logs.common().size();
        if (compacted > 0 && shared > 0) {
            follower.compactTo(Math.min(compacted, shared));
        }

        long nextIndex = leader.lastIndex() + 1;
        int refusals = 0;
        while (refuses(follower, nextIndex - 1, leader)) {
            long retry = hintedRetry(leader, follower, nextIndex - 1);
            assertThat(retry).isLessThan(nextIndex).isGreaterThan(0);
            nextIndex = retry;
            refusals++;
        }
        assertThat(nextIndex).isEqualTo(shared + 1);
        assertThat(refusals)
                .isLessThanOrEqualTo(
                        1 + (int) logs.follower().stream().distinct().count());
    }

    private static boolean refuses(RaftLog follower, long prevIndex, RaftLog leader) {
        return prevIndex >= follower.baseIndex() && !follower.matches(prevIndex, leader.term(prevIndex));
    }

    private static long hintedRetry(RaftLog leader, RaftLog follower, long prevIndex) {
        return prevIndex > follower.lastIndex()
                ? leader.retryFrom(prevIndex, 0, follower.lastIndex() + 1)
                : leader.retryFrom(prevIndex, follower.term(prevIndex), follower.firstIndexOfTermAt(prevIndex));
    }

    @Test
    void withoutAHintTheLeaderGoesOneStepBack() {
        assertThat(logOf(1, 1, 2, 2).retryFrom(4, 0, 0)).isEqualTo(4);
    }

    @Test
    void aConflictWithWhatTheLeaderHasCompactedLeadsBehindItsBase() {
        RaftLog leader = logOf(1, 1, 4, 4, 4, 4);
        leader.compactTo(4);
        assertThat(leader.retryFrom(6, 2, 3)).isEqualTo(3);
        assertThat(leader.retryFrom(4, 3, 2)).isEqualTo(2);
    }

    // ---- what fits into a message
    // --------------------------------------------------------------------------------------

    @Property(seed = "20261125")
    void aBatchHasConsecutiveEntriesUpToItsLimit(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 0, max = 300) Integer> sizes,
            @ForAll @IntRange(min = 0, max = 1000) int maxBytes,
            @ForAll @IntRange(min = 0, max = 2) int least) {
        RaftLog log = new RaftLog();
        sizes.forEach(size -> log.append(entry(1, size)));

        List<LogEntry> batch = log.from(1, least, maxBytes);
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.get(i)).isSameAs(log.get(i + 1));
        }
        assertThat(batch.size()).isGreaterThanOrEqualTo(Math.min(least, sizes.size()));
        if (batch.size() > least) {
            assertThat(sizeOf(batch)).isLessThanOrEqualTo(maxBytes);
        }
        if (batch.size() < sizes.size()) {
            assertThat(sizeOf(batch) + RaftLog.sizeInMessage(log.get(batch.size() + 1)))
                    .isGreaterThan(maxBytes);
        }
    }

    private static int sizeOf(List<LogEntry> entries) {
        return AppendEntriesRequest.newBuilder().addAllEntries(entries).build().getSerializedSize();
    }

    // ---- logs
    // ----------------------------------------------------------------------------------------------------------

    private static LogEntry entry(long term, int bytes) {
        return LogEntry.newBuilder()
                .setTerm(term)
                .setCommand(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    private static List<LogEntry> entries(int... terms) {
        List<LogEntry> entries = new ArrayList<>();
        for (int term : terms) {
            entries.add(entry(term, 1));
        }
        return entries;
    }

    private static RaftLog logOf(int... terms) {
        RaftLog log = new RaftLog();
        entries(terms).forEach(log::append);
        return log;
    }

    private static RaftLog logOf(List<Integer> common, List<Integer> suffix) {
        RaftLog log = new RaftLog();
        common.forEach(term -> log.append(entry(term, 1)));
        suffix.forEach(term -> log.append(entry(term, 1)));
        return log;
    }
}
