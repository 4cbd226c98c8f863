// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.harness.ScriptedRaft;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.node.Address;
import io.multiraft.service.Application;
import io.multiraft.service.ServiceOptions;
import io.multiraft.storage.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One server under test, {@code n1}, on a Raft that is played by hand: it leads, accepts every command, and applies and
 * confirms when a test says so.
 */
public final class ServiceScript {
    private static final NetworkModel IN_ORDER = new NetworkModel(500, 500, 0, 0, 0, 0);
    private static final Address SERVER = RaftHarness.address(1);

    private final Implementations implementations;
    private final Simulation simulation;
    private ScriptedPeer client;
    private long sequence;

    ServiceScript(Implementations implementations, long seed) {
        this.implementations = implementations;
        this.simulation = new Simulation(seed, IN_ORDER, DiskModel.FAST);
    }

    /** Boots the server; {@code application} makes what it replicates. */
    void boot(Supplier<Application> application) {
        client = simulation.addScripted(new Address("c1"));
        List<Address> members = List.of(SERVER, RaftHarness.address(2), RaftHarness.address(3));
        simulation.addNode(
                SERVER, ScriptedRaft.boot(implementations.service(), members, application, ServiceOptions.DEFAULT));
    }

    Simulation simulation() {
        return simulation;
    }

    /** A question that may be answered yet. */
    public static final class Question {
        private final Supplier<Optional<KvReply>> answer;

        private Question(Supplier<Optional<KvReply>> answer) {
            this.answer = answer;
        }

        /** The answer, if it has come. */
        public Optional<KvReply> answer() {
            return answer.get();
        }
    }

    /** A client asks; each command is the next one of the same client. */
    public Question ask(KvCommand command) {
        return ask(++sequence, command);
    }

    /** The same client asks, and says itself which number the command has. */
    public Question ask(long itsSequence, KvCommand command) {
        KvRequest request = KvRequest.newBuilder()
                .setClientId(1)
                .setSequence(itsSequence)
                .setCommand(command)
                .build();
        ScriptedPeer.Call call = client.send(SERVER, KvServiceGrpc.getDoCommandMethod(), request);
        return new Question(() -> call.reply(KvReply.parser()));
    }

    /** The server proposes a command of its own. */
    public Question propose(KvCommand command) {
        List<KvReply> answers = new ArrayList<>();
        simulation.submit(
                SERVER,
                ScriptedRaft.PROPOSE,
                command.toByteString(),
                (ByteString answer) -> answers.add(ScriptedRaft.reply(answer)));
        return new Question(() -> answers.stream().findFirst());
    }

    /** Raft appends an entry of its own, as a new leader does. */
    public void appendOwnEntry() {
        task(ScriptedRaft.OWN_ENTRY, 0);
    }

    /** Raft applies the next {@code entries} entries that it has accepted. */
    public void apply(long entries) {
        task(ScriptedRaft.APPLY, entries);
    }

    /** Raft says that leadership is confirmed for all reads that wait, and that they need all that was accepted so far. */
    public void confirmReads() {
        task(ScriptedRaft.CONFIRM, 0);
    }

    private void task(String name, long argument) {
        simulation.submit(SERVER, name, Keys.ofLong(argument), (ByteString nothing) -> {});
        run(Duration.ofMillis(5));
    }

    /** Lets virtual time pass. */
    public void run(Duration time) {
        simulation.runUntil(simulation.nowMicros() + time.toNanos() / 1_000);
    }

    /** Demands that something holds; {@code expectation} says what, and why, as a clause. */
    public void expect(boolean holds, Property property, String expectation) {
        if (!holds) {
            throw new Violation(property, "Expected: " + expectation + ".");
        }
    }
}
