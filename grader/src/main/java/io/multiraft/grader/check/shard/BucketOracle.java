// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.shard;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.Execution;
import io.multiraft.grader.harness.KeyBook;
import io.multiraft.grader.harness.ShardHarness;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.shard.rpc.Chunk;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PushRequest;
import io.multiraft.shard.rpc.TransferError;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Follows each bucket from group to group by the writes that take effect on it. The first server that applies an entry speaks
 * for its group: whatever a group did with a bucket before it lost it was applied there before anybody could fetch it. So the
 * writes of all groups have one order, and each must find what the one before has left, in the group that owns the bucket, once.
 *
 * <p>Every write of a run must have a value of its own.
 */
public final class BucketOracle implements Observer {

    /** A write that took effect: which server was the first to apply it. */
    private record Place(long gid, SimNode server, long index, long version) {
        @Override
        public String toString() {
            return "group " + gid + " (" + server + ", index " + index + ")";
        }
    }

    /** What is known of a bucket. */
    private static final class Bucket {
        private Optional<Place> last = Optional.empty();
        private final Map<ByteString, Execution.Content> content = new HashMap<>();
        private final Map<ByteString, Place> lastWrites = new HashMap<>();
        /** By group: the newest version of a handover for which one of its servers has handed out a part. */
        private final Map<Long, Long> handedOut = new HashMap<>();
    }

    /** What the first server that applied an entry did with it. */
    private record Effect(SimNode server, Optional<Execution> execution) {

        /** Which keys of a bucket are watched grows with time. */
        boolean agreesWith(Effect other) {
            if (execution.isEmpty() || other.execution.isEmpty()) {
                return execution.isEmpty() && other.execution.isEmpty();
            }
            Execution mine = execution.get();
            Execution its = other.execution.get();
            return mine.command().equals(its.command())
                    && mine.after().equals(its.after())
                    && mine.before().entrySet().stream()
                            .allMatch(each -> its.before()
                                    .getOrDefault(each.getKey(), each.getValue())
                                    .equals(each.getValue()));
        }
    }

    /** The entry that a server is applying. */
    private static final class Applying {
        private final long index;
        private Optional<Execution> execution = Optional.empty();

        Applying(long index) {
            this.index = index;
        }
    }

    private record Value(ByteString key, ByteString value) {}

    private final KnownConfigs configs;
    private final KeyBook keys;
    private final Function<Address, Optional<Long>> groupOf;
    private final Map<Integer, Bucket> buckets = new TreeMap<>();
    private final Map<Long, Map<Long, Effect>> logs = new HashMap<>();
    private final Map<Address, Applying> applying = new HashMap<>();
    private final Map<Value, Place> writes = new HashMap<>();
    private long handovers;

    /**
     * An oracle that has seen nothing yet.
     *
     * @param groupOf the group that a server belongs to; empty for other nodes
     */
    public BucketOracle(KnownConfigs configs, KeyBook keys, Function<Address, Optional<Long>> groupOf) {
        this.configs = configs;
        this.keys = keys;
        this.groupOf = groupOf;
    }

    /** How often a bucket was written in another group than before. */
    public long handovers() {
        return handovers;
    }

    /** Where the write of {@code value} to {@code key} took effect, if it did: the group's gid. */
    public Optional<Long> groupThatWrote(ByteString key, ByteString value) {
        return Optional.ofNullable(writes.get(new Value(key, value))).map(Place::gid);
    }

    /** Whether {@code key} holds something, by the writes that took effect. */
    public boolean holdsSomething(ByteString key) {
        Bucket bucket = buckets.get(keys.bucketOf(key));
        return bucket != null
                && bucket.content.getOrDefault(key, Execution.Content.NOTHING).hash() != 0;
    }

    // ---- what servers do ------------------------------------------------------------------------------------------

    @Override
    public void onBoot(SimNode node) {
        applying.remove(node.address());
    }

    @Override
    public void onEffect(SimNode node, NodeEffect effect) {
        if (effect instanceof NodeEffect.Applied applied) {
            groupOf.apply(node.address()).ifPresent(gid -> {
                done(node, gid);
                applying.put(node.address(), new Applying(applied.index()));
            });
        } else if (effect instanceof NodeEffect.Report report && report.kind().equals(ShardHarness.EXECUTED)) {
            groupOf.apply(node.address()).ifPresent(gid -> executed(node, gid, Execution.decode(report.detail())));
        }
    }

    /** Whoever hands out a part of a bucket says that nothing more happens to it in this group. */
    @Override
    public void onSend(Message message) {
        if (message.methodName().equals("Pull") && message.isReply()) {
            PullReply reply = message.parse(PullReply.parser());
            if (reply.getError() == TransferError.OK) {
                handsOut(message.from(), reply.getChunk());
            }
        } else if (message.methodName().equals("Push") && !message.isReply()) {
            handsOut(message.from(), message.parse(PushRequest.parser()).getChunk());
        }
    }

    private void handsOut(Address server, Chunk part) {
        groupOf.apply(server)
                .ifPresent(gid -> buckets.computeIfAbsent(part.getBucket(), none -> new Bucket())
                        .handedOut
                        .merge(gid, part.getVersion(), Math::max));
    }

    private void executed(SimNode node, long gid, Execution execution) {
        Applying entry = applying.get(node.address());
        if (entry == null) {
            throw new Violation(
                    Property.PROTOCOL,
                    node + " executed " + shown(execution.command())
                            + " although it was applying no entry of its log.");
        }
        boolean first = !logs.computeIfAbsent(gid, none -> new HashMap<>()).containsKey(entry.index);
        entry.execution = Optional.of(execution);
        done(node, gid);
        if (first) {
            judge(new Place(gid, node, entry.index, 0), execution);
        }
    }

    /** The server is done with an entry: it must have done the same as the others. */
    private void done(SimNode node, long gid) {
        Applying entry = applying.get(node.address());
        if (entry == null) {
            return;
        }
        Effect mine = new Effect(node, entry.execution);
        Effect first = logs.computeIfAbsent(gid, none -> new HashMap<>()).putIfAbsent(entry.index, mine);
        if (first != null && !first.agreesWith(mine)) {
            throw new Violation(
                    Property.DETERMINISM,
                    Property.SINGLE_OWNER,
                    "The servers of group " + gid + " do not do the same with entry " + entry.index + " of their log: "
                            + told(first) + ", " + told(mine) + ".");
        }
    }

    private static String told(Effect effect) {
        return effect.server()
                + effect.execution()
                        .map(execution ->
                                " executed " + shown(execution.command()) + " and found " + shown(execution.before()))
                        .orElse(" executed nothing");
    }

    // ---- one order of all writes ------------------------------------------------------------------------------------

    private void judge(Place place, Execution execution) {
        KvCommand command = execution.command();
        int id = keys.bucketOf(command.getKey());
        Bucket bucket = buckets.computeIfAbsent(id, none -> new Bucket());
        takesEffectOnce(place, id, command);
        Place owner = ownsTheBucket(place, id, bucket, command);
        findsWhatWasLeft(owner, id, bucket, execution);
        bucket.last = Optional.of(owner);
        bucket.content.put(command.getKey(), execution.after());
        bucket.lastWrites.put(command.getKey(), owner);
    }

    private void takesEffectOnce(Place place, int id, KvCommand command) {
        if (command.getOperation() == Operation.DELETE || command.getValue().isEmpty()) {
            return;
        }
        Place before = writes.putIfAbsent(new Value(command.getKey(), command.getValue()), place);
        if (before != null) {
            throw new Violation(
                    Property.EXACTLY_ONCE,
                    Property.LINEARIZABILITY,
                    shown(command) + " was sent by one client under one number, and has taken effect twice: at "
                            + before + " and at " + place + ". Owners of bucket " + id + ": " + configs.ownersOf(id)
                            + ".");
        }
    }

    private Place ownsTheBucket(Place place, int id, Bucket bucket, KvCommand command) {
        long since = bucket.last.map(Place::version).orElse(0L);
        long handedOut = bucket.handedOut.getOrDefault(place.gid(), 0L);
        boolean goesOn = bucket.last.isPresent() && bucket.last.get().gid() == place.gid() && handedOut <= since;
        Optional<Long> version =
                goesOn ? Optional.of(since) : configs.ownedFrom(Math.max(since, handedOut), id, place.gid());
        if (version.isEmpty()) {
            throw new Violation(
                    Property.SINGLE_OWNER,
                    Property.LINEARIZABILITY,
                    place + " executed " + shown(command) + " on bucket " + id + ", which it does not own"
                            + whoElse(place, bucket, handedOut) + ". Owners of bucket " + id + ": "
                            + configs.ownersOf(id) + ".");
        }
        boolean moved = bucket.last.isPresent() && bucket.last.get().gid() != place.gid();
        handovers += moved ? 1 : 0;
        return new Place(place.gid(), place.server(), place.index(), version.get());
    }

    private static String whoElse(Place place, Bucket bucket, long handedOut) {
        if (bucket.last.isPresent() && bucket.last.get().gid() != place.gid()) {
            return " any more: " + bucket.last.get() + " has written it before, as owner by version "
                    + bucket.last.get().version();
        }
        return handedOut > 0 ? " any more: it has handed it out already, as lost with version " + handedOut : "";
    }

    private void findsWhatWasLeft(Place place, int id, Bucket bucket, Execution execution) {
        for (Map.Entry<ByteString, Execution.Content> found : execution.before().entrySet()) {
            Execution.Content left = bucket.content.getOrDefault(found.getKey(), Execution.Content.NOTHING);
            if (!left.equals(found.getValue())) {
                boolean moved = bucket.last.isPresent() && bucket.last.get().gid() != place.gid();
                boolean fixed = configs.latestVersion() <= 1;
                throw new Violation(
                        fixed ? Property.LINEARIZABILITY : Property.HANDOVER,
                        fixed ? null : Property.LINEARIZABILITY,
                        lost(place, id, bucket, found.getKey(), left, found.getValue(), moved));
            }
        }
    }

    private String lost(
            Place place,
            int id,
            Bucket bucket,
            ByteString key,
            Execution.Content left,
            Execution.Content found,
            boolean moved) {
        String writer = Optional.ofNullable(bucket.lastWrites.get(key))
                .map(last -> ", as " + last + " has left it, owner by version " + last.version())
                .orElse(", as nobody has written it");
        return "When " + place + ", owner of bucket " + id + " by version " + place.version() + ", "
                + (moved ? "wrote the bucket for the first time since " + bucket.last.get() : "wrote the bucket again")
                + ", key " + text(key) + " in it held " + found + "; it should have held " + left + writer
                + ". Owners of bucket " + id + ": " + configs.ownersOf(id) + ".";
    }

    // ---- for people -------------------------------------------------------------------------------------------------

    private static String shown(KvCommand command) {
        String value = command.getOperation() == Operation.DELETE ? "" : " " + text(command.getValue());
        return command.getOperation() + " " + text(command.getKey()) + value;
    }

    private static String shown(Map<ByteString, Execution.Content> contents) {
        StringBuilder shown = new StringBuilder();
        contents.forEach((key, content) -> shown.append(shown.length() == 0 ? "" : ", ")
                .append(text(key))
                .append(" = ")
                .append(content));
        return shown.toString();
    }

    private static String text(ByteString bytes) {
        ByteString head = bytes.substring(0, Math.min(24, bytes.size()));
        String text = head.isValidUtf8() ? '"' + head.toStringUtf8().strip() + '"' : bytes.size() + " bytes";
        return head.size() < bytes.size() ? text + "…" : text;
    }
}
