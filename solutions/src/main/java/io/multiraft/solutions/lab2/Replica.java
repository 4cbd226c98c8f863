// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.ReadIndex;
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
import io.multiraft.service.record.Session;
import io.multiraft.solutions.lab2.PendingAnswers.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
        // region 2C |
        state.load();
        application.stateReplaced(state);
        // endregion
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
        // region 2A | throw new TodoException("2A", "put a client's command into the log");
        LoggedCommand command = LoggedCommand.newBuilder()
                .setClientId(request.clientId())
                .setSequence(request.sequence())
                .setCommand(request.command())
                .build();
        proposeEntry(command.toByteString(), answer);
        // endregion
    }

    @Override
    public void propose(ByteString command, Consumer<Outcome> answer) {
        // region 2A | throw new TodoException("2A", "put a command of the service's own into the log");
        proposeEntry(LoggedCommand.newBuilder().setCommand(command).build().toByteString(), answer);
        // endregion
    }

    /** Puts {@code entry} into the log, if this member leads; the answer follows when it is applied. */
    void proposeEntry(ByteString entry, Consumer<Outcome> answer) {
        // region 2A | throw new TodoException("2A", "propose an entry to Raft, and wait for it if it is accepted");
        pending.beginProposal();
        Proposal proposal = raft.propose(entry);
        if (proposal instanceof Proposal.Accepted accepted) {
            pending.await(accepted.index(), entry, waiting(answer));
        } else if (proposal instanceof Proposal.NotLeader notLeader) {
            answer.accept(new Outcome.NotLeader(notLeader.leaderHint()));
        } else if (proposal instanceof Proposal.TooLarge tooLarge) {
            answer.accept(new Outcome.TooLarge(tooLarge.limitBytes()));
        }
        pending.endProposal();
        // endregion
    }

    @Override
    public void read(ClientRequest request, Consumer<Outcome> answer) {
        // region 2D | submit(request, answer);
        Waiter waiter = waiting(answer);
        raft.readIndex(result -> {
            if (result instanceof ReadIndex.Ready ready) {
                pending.awaitApplied(ready.index(), () -> answerRead(request.command(), waiter));
                pending.runReads(state.appliedIndex());
            } else if (result instanceof ReadIndex.NotLeader notLeader) {
                waiter.give(new Outcome.NotLeader(notLeader.leaderHint()));
            }
        });
        // endregion
    }

    // region 2D
    private void answerRead(ByteString command, Waiter waiter) {
        if (!waiter.isAnswered()) {
            waiter.give(new Outcome.Answered(application.read(command, state)));
        }
    }

    // endregion
    // ==== Waiting ====================================================================================================

    /** Somebody waits for an answer from now on, for a limited time. */
    Waiter waiting(Consumer<Outcome> answer) {
        // region 2A | throw new TodoException("2A", "let somebody wait, but not longer than the answer timeout");
        Waiter waiter = pending.add(answer, context.nowMicros() + micros(options.answerTimeout()));
        if (!timerIsSet) {
            setTimer(options.answerTimeout());
        }
        return waiter;
        // endregion
    }

    // region 2A
    /** One timer for all who wait: it looks for the one whose deadline comes first. */
    private void setTimer(Duration delay) {
        timerIsSet = true;
        context.setTimer(ANSWERS_TIMER, delay, () -> {
            OptionalLong next = pending.expire(context.nowMicros());
            timerIsSet = false;
            next.ifPresent(deadline -> setTimer(Duration.ofNanos((deadline - context.nowMicros()) * 1_000)));
        });
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    // endregion
    /** Who is deposed does not know what becomes of the commands that it has accepted; nobody may wait here for them. */
    void roleChanged(long term, Role role) {
        // region 2A | throw new TodoException("2A", "answer all who wait, when leadership is lost");
        if (role != Role.LEADER) {
            pending.giveUp(raft.status().leader());
        }
        // endregion
    }

    // ==== The state machine of Raft ==================================================================================

    @Override
    public long appliedIndex() {
        return state.appliedIndex();
    }

    @Override
    public void apply(long index, ByteString entry) {
        // region 2A | throw new TodoException("2A", "execute a committed command, and answer who waits for it");
        Outcome outcome = entry.isEmpty() ? NOTHING : execute(decode(entry));
        state.applied(index, entry.size());
        compactWhenLong(entry.size());
        pending.applied(index, entry, outcome);
        pending.runReads(index);
        // endregion
    }

    /** Executes a command, unless its client's session says that it was executed before. */
    Outcome execute(LoggedCommand logged) {
        // region 2B | return new Outcome.Answered(executeAnyway(logged).reply());
        if (logged.getSequence() == 0) {
            return new Outcome.Answered(executeAnyway(logged).reply());
        }
        long scope = application.sessionScope(logged.getCommand());
        Optional<Session> session = state.sessions().of(scope, logged.getClientId());
        return Sessions.answerFrom(session, logged.getSequence()).orElseGet(() -> executeFirst(scope, logged));
        // endregion
    }

    /** Executes a command without looking who has sent it, and whether it came before. */
    Answer executeAnyway(LoggedCommand logged) {
        // region 2A | throw new TodoException("2A", "let the application execute a command");
        return application.execute(logged.getCommand(), state);
        // endregion
    }

    // region 2B
    private Outcome executeFirst(long scope, LoggedCommand logged) {
        Answer answer = executeAnyway(logged);
        if (answer.recorded()) {
            state.sessions().executed(scope, logged.getClientId(), logged.getSequence(), answer.reply());
        }
        return new Outcome.Answered(answer.reply());
    }

    // endregion
    // region 2A
    private static LoggedCommand decode(ByteString entry) {
        try {
            return LoggedCommand.parseFrom(entry);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the log holds an entry that is none of this service's: " + entry, e);
        }
    }

    // endregion
    // ==== Snapshots ==================================================================================================

    /**
     * Lets Raft drop the log each time that all entries together have grown by {@link ServiceOptions#compactAfterBytes}
     * again, on leaders and followers alike. As the sum is part of the state, a restart does not begin to count anew.
     *
     * @param bytes of the entry that was applied
     */
    void compactWhenLong(int bytes) {
        // region 2C |
        long limit = options.compactAfterBytes();
        if (state.appliedBytes() / limit > (state.appliedBytes() - bytes) / limit) {
            raft.compact(state.appliedIndex());
        }
        // endregion
    }

    @Override
    public Snapshot snapshot() {
        // region 2C | throw new TodoException("2C", "give Raft a picture of the state");
        return new Snapshot(state.appliedIndex(), context.storage().view());
        // endregion
    }

    @Override
    public void install(long lastIncludedIndex, String keyspace) {
        // region 2C | throw new TodoException("2C", "take over the state of a snapshot");
        state.replaceBy(keyspace);
        if (state.appliedIndex() != lastIncludedIndex) {
            throw new IllegalStateException("a snapshot up to index " + lastIncludedIndex + " holds the state at index "
                    + state.appliedIndex());
        }
        application.stateReplaced(state);
        pending.skipped(lastIncludedIndex);
        pending.runReads(lastIncludedIndex);
        // endregion
    }
}
