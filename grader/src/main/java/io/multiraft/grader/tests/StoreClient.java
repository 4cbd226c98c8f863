// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.KvCaller;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import java.time.Duration;
import java.util.Optional;

/**
 * Who asks the sharded store, one command at a time; what it asks and is told is part of the history. Values must be
 * different for each write of a run.
 */
public final class StoreClient {
    private static final Duration PATIENCE = Duration.ofSeconds(11);

    private final ShardCluster cluster;
    private final KvRecord record;
    private final int number;
    private final Address address;
    private final KvCaller caller;

    StoreClient(ShardCluster cluster, KvRecord record, int number, Address address, KvCaller caller) {
        this.cluster = cluster;
        this.record = record;
        this.number = number;
        this.address = address;
        this.caller = caller;
    }

    /** An answer that may still come. */
    public static final class Pending {
        private KvResult result;

        private Pending() {}

        /** Whether the answer is there. */
        public boolean isDone() {
            return result != null;
        }

        /** Whether the command was executed for certain. */
        public boolean isExecuted() {
            return result != null && !(result instanceof KvResult.GaveUp);
        }

        /** The answer, if it is there. */
        public Optional<KvResult> result() {
            return Optional.ofNullable(result);
        }
    }

    /** Where it lives. */
    public Address address() {
        return address;
    }

    /** Asks without waiting. */
    public Pending begin(KvCommand command) {
        Pending pending = new Pending();
        long now = cluster.now().toNanos() / 1_000;
        int operation = record.called(number, command, now);
        caller.execute(command, result -> {
            record.returned(operation, result, cluster.now().toNanos() / 1_000);
            pending.result = result;
        });
        return pending;
    }

    /** Asks and waits for an answer that is one: the command was executed. */
    public KvResult execute(KvCommand command) {
        Pending pending = begin(command);
        cluster.await(PATIENCE, pending::isDone);
        cluster.expect(
                pending.isExecuted(),
                Property.LIVENESS,
                () -> "a client is answered within 10 s, as nothing is in its way, but " + address + " got "
                        + pending.result().map(Object::toString).orElse("no answer") + " to " + command.getOperation()
                        + " of a key in bucket " + cluster.bucketOf(command.getKey()));
        return pending.result;
    }

    /** Stores a value. */
    public void put(String key, String value) {
        execute(ShardCluster.command(Operation.PUT, key, value));
    }

    /** Appends to a value. */
    public void append(String key, String value) {
        execute(ShardCluster.command(Operation.APPEND, key, value));
    }

    /** Removes a key; says whether it was there. */
    public boolean delete(String key) {
        return execute(ShardCluster.command(Operation.DELETE, key, "")) instanceof KvResult.Done;
    }

    /** Reads a value; empty if there is none. */
    public Optional<String> get(String key) {
        return execute(ShardCluster.command(Operation.GET, key, "")) instanceof KvResult.Found found
                ? Optional.of(found.value().toStringUtf8())
                : Optional.empty();
    }

    /** Demands what is stored under {@code key}; null: nothing. */
    public void expectValue(String key, String value, Property property, String why) {
        Optional<String> found = get(key);
        cluster.expect(
                found.equals(Optional.ofNullable(value)),
                property,
                () -> "key " + key + " in bucket " + cluster.bucketOf(ShardCluster.key(key)) + " holds "
                        + shown(Optional.ofNullable(value)) + ", because " + why + ", but a read found "
                        + shown(found));
    }

    private static String shown(Optional<String> value) {
        return value.map(each -> each.length() <= 80
                        ? '"' + each + '"'
                        : "\"…" + each.substring(each.length() - 80) + "\" (" + each.length() + " characters)")
                .orElse("nothing");
    }
}
