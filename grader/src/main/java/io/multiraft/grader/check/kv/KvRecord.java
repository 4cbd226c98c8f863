// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.kv;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.history.Clock;
import io.multiraft.grader.check.history.History;
import io.multiraft.grader.check.history.KvModel;
import io.multiraft.grader.check.history.LinearizabilityChecker;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Verdict;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients asked for and were told. Judges answers as they come as far as that is possible: a value that holds the same
 * token twice needs no search. At the end the whole history must be linearizable.
 */
public final class KvRecord {

    /** Keys of this kind are only appended to, with tokens that are all different. */
    public static final String TOKENS = "a";

    /** Enough for all histories that are linearizable; what needs more is undecided, and that is never a pass. */
    private static final long MAX_STEPS = 4_000_000;

    private final History<KvModel.Input, KvModel.Output> history = new History<>();
    private final Map<Integer, KvCommand> asked = new HashMap<>();
    private final Map<String, Map<String, Integer>> acknowledged = new HashMap<>();
    private long answered;
    private Optional<String> lastFound = Optional.empty();

    /** A token for an append: who, and its number among the tokens of this client. */
    public static String token(int client, long number) {
        return client + "." + number + ";";
    }

    /**
     * A client asks.
     *
     * @return number of the operation
     */
    public int called(int client, KvCommand command, long nowMicros) {
        int operation = history.called(client, input(command), nowMicros);
        asked.put(operation, command);
        return operation;
    }

    /** The client is told. */
    public void returned(int operation, KvResult result, long nowMicros) {
        KvCommand command = asked.remove(operation);
        if (result instanceof KvResult.GaveUp) {
            return; // it may still take effect: the operation stays open
        }
        history.returned(operation, Optional.of(output(result)), nowMicros);
        answered++;
        String key = text(command.getKey().toByteArray());
        if (command.getOperation() == Operation.GET) {
            lastFound = result instanceof KvResult.Found found
                    ? Optional.of(text(found.value().toByteArray()))
                    : Optional.empty();
        }
        if (!key.startsWith(TOKENS)) {
            return;
        }
        if (result instanceof KvResult.Found found) {
            tokensAreSound(key, text(found.value().toByteArray()));
        } else if (command.getOperation() == Operation.APPEND && result instanceof KvResult.Done) {
            String token = text(command.getValue().toByteArray());
            acknowledged.computeIfAbsent(key, each -> new LinkedHashMap<>()).put(token, operation);
        }
    }

    /** No token twice, and those of one client in their order. */
    private static void tokensAreSound(String key, String value) {
        Map<String, Long> last = new HashMap<>();
        for (String token : tokens(value)) {
            int dot = token.indexOf('.');
            if (dot < 0) {
                continue;
            }
            long number = Long.parseLong(token.substring(dot + 1));
            Long before = last.put(token.substring(0, dot), number);
            if (before != null && before >= number) {
                throw new Violation(
                        Property.EXACTLY_ONCE,
                        Property.LINEARIZABILITY,
                        "Client " + token.substring(0, dot) + " has appended " + token + " to key " + key
                                + " once, and "
                                + (before == number ? "the value holds it twice: " : "after " + before + ", but: ")
                                + shortened(value) + ".");
            }
        }
    }

    /** At the end, with nobody appending any more: everything that was acknowledged is there. */
    public void nothingIsLost(String key, Optional<String> value) {
        Collection<String> held = tokens(value.orElse(""));
        for (String token : acknowledged.getOrDefault(key, Map.of()).keySet()) {
            if (!held.contains(token.substring(0, token.length() - 1))) {
                throw new Violation(
                        Property.LINEARIZABILITY,
                        Property.EXACTLY_ONCE,
                        "The append of " + token + " to key " + key + " was acknowledged, but in the end the value is "
                                + value.map(KvRecord::shortened).orElse("not there") + ".");
            }
        }
    }

    /** Whether the whole history fits an order that respects real time. */
    public Verdict<KvModel.Input, KvModel.Output> verdict() {
        return LinearizabilityChecker.checkShortening(new KvModel(), history.operations(), MAX_STEPS);
    }

    /** All that was asked and answered so far. */
    public RecordedHistory<?, KvModel.Input, KvModel.Output> history() {
        return new RecordedHistory<>(new KvModel(), history.operations(), Clock.MICROSECONDS);
    }

    /** The whole history fits an order that respects real time. */
    public void isLinearizable() {
        Verdict<KvModel.Input, KvModel.Output> verdict = verdict();
        if (verdict instanceof Verdict.Violation<KvModel.Input, KvModel.Output> violation) {
            throw new Violation(Property.LINEARIZABILITY, violation.explanation());
        } else if (verdict instanceof Verdict.Undecided<KvModel.Input, KvModel.Output>) {
            throw new IllegalStateException("the history of "
                    + history.operations().size() + " operations could not be decided in " + MAX_STEPS + " steps");
        }
    }

    /** What the read that was answered last has found. */
    public Optional<String> lastFound() {
        return lastFound;
    }

    /** Number of operations that were answered. */
    public long answered() {
        return answered;
    }

    /** Number of operations so far. */
    public long operations() {
        return history.operations().size();
    }

    private static List<String> tokens(String value) {
        List<String> tokens = new ArrayList<>();
        for (String token : value.split(";", -1)) {
            if (!token.isEmpty()) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    private static String shortened(String value) {
        return value.length() <= 120 ? value : "… " + value.substring(value.length() - 120);
    }

    private static KvModel.Input input(KvCommand command) {
        KvModel.Kind kind = KvModel.Kind.valueOf(command.getOperation().name());
        return new KvModel.Input(
                kind,
                text(command.getKey().toByteArray()),
                text(command.getValue().toByteArray()));
    }

    private static KvModel.Output output(KvResult result) {
        if (result instanceof KvResult.Found found) {
            return new KvModel.Found(text(found.value().toByteArray()));
        } else if (result instanceof KvResult.NoSuchKey) {
            return new KvModel.NoSuchKey();
        } else if (result instanceof KvResult.TooLarge tooLarge) {
            return new KvModel.Refused("longer than " + tooLarge.limitBytes() + " bytes");
        }
        return new KvModel.Done();
    }

    /** Any bytes as text, one character each. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
