// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.Storage;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A node that is a Raft and a small state machine: it reports what it applies, keeps a hash of all commands and the last
 * command of each of a few slots, and compacts the log every so many entries, from within {@code apply}.
 */
public final class RaftHarness implements Node {

    /** Task that proposes its argument; the result is read by {@link #outcome}. */
    public static final String PROPOSE = "propose";

    /** Task that asks for a read index; the result is read by {@link #readIndex}. */
    public static final String READ_INDEX = "readIndex";

    /** Report of how many snapshots are open, whenever that changes. */
    public static final String OPEN_SNAPSHOTS = "open-snapshots";

    private final RaftFactory factory;
    private final RaftConfig config;
    private final long compactEvery;
    private final Consumer<NodeEffect> report;
    private int openSnapshots;

    private RaftHarness(RaftFactory factory, RaftConfig config, long compactEvery, Consumer<NodeEffect> report) {
        this.factory = factory;
        this.config = config;
        this.compactEvery = compactEvery;
        this.report = report;
    }

    /**
     * How such a node is made.
     *
     * @param compactEvery number of entries between two compactions; 0: never
     */
    public static NodeRuntime.Boot boot(RaftFactory factory, RaftConfig config, long compactEvery) {
        return report -> new RaftHarness(factory, config, compactEvery, report);
    }

    /** Where a command was accepted. */
    public record Accepted(long index, long term) {}

    /** The result of {@link #PROPOSE}: empty if the node refused. */
    public static Optional<Accepted> outcome(ByteString result) {
        return result.isEmpty()
                ? Optional.empty()
                : Optional.of(new Accepted(Keys.toLong(result, 0), Keys.toLong(result, Long.BYTES)));
    }

    @Override
    public void start(NodeContext context, Services services) {
        SlotMachine machine = new SlotMachine(context.storage());
        report.accept(new NodeEffect.Report("booted", machine.appliedIndex(), machine.hashes()));
        Raft raft = Objects.requireNonNull(
                factory.create(config, machine, (term, role) -> {}), "RaftFactory.create returned null");
        machine.raft = raft;
        services.handleTask(PROPOSE, (command, reply) -> reply.send(encode(raft.propose(command))));
        services.handleTask(READ_INDEX, (nothing, reply) -> raft.readIndex(answer -> reply.send(encode(answer))));
        raft.start(context, services);
    }

    /** The result of {@link #READ_INDEX}. */
    public static ReadIndex readIndex(ByteString result) {
        return result.byteAt(0) == 0
                ? new ReadIndex.Ready(Keys.toLong(result, 1))
                : new ReadIndex.NotLeader(Optional.of(result.substring(1).toStringUtf8())
                        .filter(hint -> !hint.isEmpty())
                        .map(Address::new));
    }

    private static ByteString encode(ReadIndex answer) {
        if (answer instanceof ReadIndex.Ready ready) {
            return ByteString.copyFrom(new byte[] {0}).concat(Keys.ofLong(ready.index()));
        }
        String hint =
                ((ReadIndex.NotLeader) answer).leaderHint().map(Address::text).orElse("");
        return ByteString.copyFrom(new byte[] {1}).concat(ByteString.copyFromUtf8(hint));
    }

    private static ByteString encode(Proposal proposal) {
        return proposal instanceof Proposal.Accepted accepted
                ? Keys.ofLong(accepted.index()).concat(Keys.ofLong(accepted.term()))
                : ByteString.EMPTY;
    }

    /** The members' addresses of a group of {@code size}: {@code n1}, {@code n2}, … */
    public static Address address(int number) {
        return new Address("n" + number);
    }

    /** A view that is missed as long as it is open. */
    private final class CountedView implements StorageView {
        private final StorageView view;
        private boolean open = true;

        CountedView(StorageView view) {
            this.view = view;
            count(1);
        }

        private void count(int change) {
            openSnapshots += change;
            report.accept(new NodeEffect.Report(OPEN_SNAPSHOTS, openSnapshots, ByteString.EMPTY));
        }

        @Override
        public Optional<ByteString> get(String keyspace, ByteString key) {
            return view.get(keyspace, key);
        }

        @Override
        public Cursor scan(String keyspace, ByteString from, ByteString to) {
            return view.scan(keyspace, from, to);
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                count(-1);
            }
            view.close();
        }
    }

    private final class SlotMachine implements StateMachine {
        private static final ByteString STATE = ByteString.copyFromUtf8("state");

        private final Storage storage;
        private Raft raft;
        private long appliedIndex;
        private long hash;

        SlotMachine(Storage storage) {
            this.storage = storage;
            recover();
        }

        private void recover() {
            Optional<ByteString> state = storage.get(KEYSPACE, STATE);
            appliedIndex = state.map(bytes -> Keys.toLong(bytes, 0)).orElse(0L);
            hash = state.map(bytes -> Keys.toLong(bytes, Long.BYTES)).orElse(StateHash.INITIAL);
        }

        /** The hash that was kept while commands were applied, and one over what the slots really hold. */
        private ByteString hashes() {
            return StateHash.encode(hash, StateHash.ofSlots(slot -> storage.get(KEYSPACE, Keys.ofText("slot" + slot))));
        }

        @Override
        public long appliedIndex() {
            return appliedIndex;
        }

        @Override
        public void apply(long index, ByteString command) {
            appliedIndex = index;
            hash = StateHash.next(hash, index, command);
            WriteBatch.Builder batch =
                    WriteBatch.builder().put(KEYSPACE, STATE, Keys.ofLong(index).concat(Keys.ofLong(hash)));
            if (!command.isEmpty()) {
                batch.put(KEYSPACE, Keys.ofText("slot" + Math.floorMod(index, StateHash.SLOTS)), command);
            }
            storage.write(Durability.RELAXED, batch.build());
            report.accept(new NodeEffect.Applied(index, command));
            if (compactEvery > 0 && index % compactEvery == 0) {
                raft.compact(index);
                report.accept(new NodeEffect.Report("compacted", index, ByteString.EMPTY));
            }
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(appliedIndex, new CountedView(storage.view()));
        }

        @Override
        public void install(long lastIncludedIndex, String keyspace) {
            storage.write(
                    Durability.RELAXED,
                    WriteBatch.builder().replace(KEYSPACE, keyspace).build());
            recover();
            report.accept(new NodeEffect.Report("installed", appliedIndex, hashes()));
        }
    }
}
