// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvServer;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceOptions;
import io.multiraft.storage.Keys;
import java.util.List;
import java.util.function.Consumer;

/** A server of the key-value store whose layers are those under test, and which reports what it applies. */
public final class KvHarness {

    /** Report of what the store answers for some keys, as a hash in {@code number}; {@code detail} is the index. */
    public static final String STATE = "state";

    /** The keys of campaigns. They are compared between servers, as are {@link #KEYS_OF_SCENARIOS}. */
    public static final List<String> KEYS = List.of("a0", "a1", "m0", "m1", "m2", "m3", "AaAa", "BBBB", "");

    private static final List<String> KEYS_OF_SCENARIOS = List.of("k", "x", "gone", "kept");

    /** Every so many entries the content is compared. */
    private static final long EVERY = 4;

    /** Report of a service that asks Raft for a read index: a read that goes without the log. */
    public static final String READ_INDEX = WatchedRaft.READ_INDEX;

    private KvHarness() {}

    /** How such a node is made. */
    public static NodeRuntime.Boot boot(
            Implementations implementations, List<Address> members, ServiceOptions options, KvLimits limits) {
        return report -> {
            Application store = implementations.kvStore().create(limits);
            StateProbe probe = new StateProbe(store, report);
            WatchedRaft raft = new WatchedRaft(implementations.raft(), report, probe::afterChange);
            ReplicatedService service = implementations.service().create(raft, members, store, options);
            probe.service = service;
            return new KvServer(service);
        };
    }

    /** Asks the store itself, so that its layout is its own business; the way of step 2A, which all steps have. */
    private static final class StateProbe {
        private final Application store;
        private final Consumer<NodeEffect> report;
        private ReplicatedService service;

        StateProbe(Application store, Consumer<NodeEffect> report) {
            this.store = store;
            this.report = report;
        }

        void afterChange(long index) {
            if (index % EVERY != 0) {
                return;
            }
            long hash = 0;
            for (List<String> keys : List.of(KEYS, KEYS_OF_SCENARIOS)) {
                for (String key : keys) {
                    hash = SimRandom.mix(hash, answerTo(key).toStringUtf8());
                }
            }
            report.accept(new NodeEffect.Report(STATE, hash, Keys.ofLong(index)));
        }

        private ByteString answerTo(String key) {
            ByteString command = KvCommand.newBuilder()
                    .setOperation(Operation.GET)
                    .setKey(ByteString.copyFromUtf8(key))
                    .build()
                    .toByteString();
            return store.execute(command, new FrozenState(service.state())).reply();
        }
    }
}
