// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.lab2.PendingAnswers.Waiter;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.TodoException;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.Role;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.ClientRequest;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceOptions;
import io.multiraft.service.StateReader;
import io.multiraft.service.record.LoggedCommand;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member of the group that replicates an application: puts commands into the log, executes what is committed, and answers
 * those who wait. What a command does is decided when it is applied, never when it arrives: only then is it known what came
 * before, and it is the same on every member.
 */
final class Replica implements ReplicatedService, StateMachine {
    private static final String ANSWERS_TIMER = "answers";

    /** What comes of a leader's own entry; nobody waits for it. */
    private static final Outcome NOTHING = new Outcome.Answered(ByteString.EMPTY);

    private final RaftFactory raftFactory;
    private final RaftConfig group;
    private final Application application;
    private final ServiceOptions options;
    private final PendingAnswers pending = new PendingAnswers();

    private NodeContext context;
    private AppliedState state;
    private Raft raft;
    private boolean timerIsSet;

    Replica(RaftFactory raftFactory, List<Address> members, Application application, ServiceOptions options) {
        this.raftFactory = raftFactory;
        this.group = new RaftConfig(members, options.raft());
        this.application = application;
        this.options = options;
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        context = nodeContext;
        state = new AppliedState(context.storage());
        recover();
        raft = raftFactory.create(group, this, this::roleChanged);
        raft.start(context, services);
    }

    /** Goes on with the state that this member had before it stopped. */
    void recover() {
        // TODO 2C
    }

    @Override
    public StateReader state() {
        return state;
    }

    @Override
    public RaftStatus status() {
        return raft.status();
    }

    // ==== Requests ===================================================================================================

    @Override
    public void submit(ClientRequest request, Consumer<Outcome> answer) {
        throw new TodoException("2A", "put a client's command into the log");
    }

    @Override
    public void propose(ByteString command, Consumer<Outcome> answer) {
        throw new TodoException("2A", "put a command of the service's own into the log");
    }

    /** Puts {@code entry} into the log, if this member leads; the answer follows when it is applied. */
    void proposeEntry(ByteString entry, Consumer<Outcome> answer) {
        throw new TodoException("2A", "propose an entry to Raft, and wait for it if it is accepted");
    }

    @Override
    public void read(ClientRequest request, Consumer<Outcome> answer) {
        // TODO 2D
        submit(request, answer);
    }

    // ==== Waiting ====================================================================================================

    /** Somebody waits for an answer from now on, for a limited time. */
    Waiter waiting(Consumer<Outcome> answer) {
        throw new TodoException("2A", "let somebody wait, but not longer than the answer timeout");
    }

    /** Who is deposed does not know what becomes of the commands that it has accepted; nobody may wait here for them. */
    void roleChanged(long term, Role role) {
        throw new TodoException("2A", "answer all who wait, when leadership is lost");
    }

    // ==== The state machine of Raft ==================================================================================

    @Override
    public long appliedIndex() {
        return state.appliedIndex();
    }

    @Override
    public void apply(long index, ByteString entry) {
        throw new TodoException("2A", "execute a committed command, and answer who waits for it");
    }

    /** Executes a command, unless its client's session says that it was executed before. */
    Outcome execute(LoggedCommand logged) {
        // TODO 2B
        return new Outcome.Answered(executeAnyway(logged).reply());
    }

    /** Executes a command without looking who has sent it, and whether it came before. */
    Answer executeAnyway(LoggedCommand logged) {
        throw new TodoException("2A", "let the application execute a command");
    }

    // ==== Snapshots ==================================================================================================

    /**
     * Lets Raft drop the log each time that all entries together have grown by {@link ServiceOptions#compactAfterBytes}
     * again, on leaders and followers alike. As the sum is part of the state, a restart does not begin to count anew.
     *
     * @param bytes of the entry that was applied
     */
    void compactWhenLong(int bytes) {
        // TODO 2C
    }

    @Override
    public Snapshot snapshot() {
        throw new TodoException("2C", "give Raft a picture of the state");
    }

    @Override
    public void install(long lastIncludedIndex, String keyspace) {
        throw new TodoException("2C", "take over the state of a snapshot");
    }
}
