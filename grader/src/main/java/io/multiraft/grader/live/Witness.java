// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/** Sees all that clients ask and are told, in the order in which it happens; any of their threads may tell it. */
final class Witness {
    private final Diary diary;
    private final CountDownLatch stop;
    private final KvRecord record = new KvRecord();
    private final Map<String, Long> asked = new LinkedHashMap<>();
    private final Set<String> keys = new TreeSet<>();
    private Optional<Violation> violation = Optional.empty();
    private long gaveUp;
    private long lastAnswerMicros;
    private long longestMicros;
    private long longestUntilMicros;

    /**
     * Nobody has asked anything yet.
     *
     * @param stop counted down when there is no point in going on
     */
    Witness(Diary diary, CountDownLatch stop) {
        this.diary = diary;
        this.stop = stop;
    }

    /** From now on somebody asks all the time. */
    synchronized void trafficBegins() {
        longestMicros = 0;
        lastAnswerMicros = diary.nowMicros();
    }

    /** Nobody asks any more: an answer that is still missing is not missed. */
    synchronized void trafficEnds() {
        answeredAt(diary.nowMicros());
    }

    /** A client is about to ask; the number of the operation. */
    synchronized int called(int client, KvCommand command) {
        asked.merge(command.getOperation().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        keys.add(command.getKey().toStringUtf8());
        return record.called(client, command, diary.nowMicros());
    }

    /** The client has been told. */
    synchronized void returned(int operation, KvResult result) {
        long now = diary.nowMicros();
        if (result instanceof KvResult.GaveUp) {
            gaveUp++;
        } else {
            answeredAt(now);
        }
        try {
            record.returned(operation, result, now);
        } catch (Violation e) {
            accuse(e);
        }
    }

    private void answeredAt(long now) {
        if (now - lastAnswerMicros > longestMicros) {
            longestMicros = now - lastAnswerMicros;
            longestUntilMicros = now;
        }
        lastAnswerMicros = now;
    }

    /** A property is violated: the first accusation counts. */
    synchronized void accuse(Violation found) {
        if (violation.isEmpty()) {
            violation = Optional.of(found);
            diary.note(found.property() + " is violated: " + found.getMessage());
        }
        stop.countDown();
    }

    /** The same. */
    void accuse(Property property, String facts) {
        accuse(new Violation(property, facts));
    }

    /** What was violated, if anything. */
    synchronized Optional<Violation> violation() {
        return violation;
    }

    /** All keys that were asked for. */
    synchronized Set<String> keys() {
        return new TreeSet<>(keys);
    }

    /** What was asked and answered; to be used when nobody asks any more. */
    KvRecord record() {
        return record;
    }

    /** How often each operation was asked for. */
    synchronized Map<String, Long> asked() {
        return new LinkedHashMap<>(asked);
    }

    /** How many operations came to nothing. */
    synchronized long gaveUp() {
        return gaveUp;
    }

    /** The longest time from an answer to the next one. */
    synchronized long longestSilenceMicros() {
        return longestMicros;
    }

    /** When it began. */
    synchronized long longestSilenceFromMicros() {
        return longestUntilMicros - longestMicros;
    }
}
