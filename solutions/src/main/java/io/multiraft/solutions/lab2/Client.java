// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client of the key-value store. One command is under way at a time: the servers remember only the last one of each
 * client. A command keeps its number through all attempts, because whatever went wrong, it may have been executed.
 */
final class Client implements KvClient {
    private final List<Address> servers;
    private final KvClientOptions options;

    // region 2B
    private static final String ATTEMPT_TIMER = "attempt";
    private static final String DEADLINE_TIMER = "deadline";

    private final Deque<Command> waiting = new ArrayDeque<>();
    private Optional<Command> underWay = Optional.empty();
    private NodeContext context;
    private long clientId;
    private long lastSequence;

    /** Position of the server to ask next: the leader, as far as this client knows. */
    private int leader;

    /** A command of this client, and how it goes. */
    private static final class Command {
        private final KvCommand command;
        private final Consumer<KvResult> onResult;
        private long sequence;
        private int attempts;
        private Optional<Attempt> attempt = Optional.empty();
        private String lastSeen = "";

        Command(KvCommand command, Consumer<KvResult> onResult) {
            this.command = command;
            this.onResult = onResult;
        }
    }

    /**
     * One request to one server.
     *
     * @param hinted sent at once because another server named this one
     */
    private record Attempt(int number, Address server, long sentAtMicros, boolean hinted) {}

    // endregion
    Client(List<Address> servers, KvClientOptions options) {
        this.servers = List.copyOf(servers);
        this.options = options;
        if (this.servers.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one server");
        }
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        // region 2B |
        context = nodeContext;
        clientId = context.random().nextLong();
        // endregion
    }

    @Override
    public void execute(KvCommand command, Consumer<KvResult> onResult) {
        // region 2B | throw new TodoException("2B", "have a command executed, once, however often it must be sent");
        waiting.add(new Command(command, onResult));
        beginNext();
        // endregion
    }

    // region 2B
    private void beginNext() {
        if (underWay.isEmpty() && !waiting.isEmpty()) {
            Command next = waiting.remove();
            underWay = Optional.of(next);
            next.sequence = ++lastSequence;
            context.setTimer(DEADLINE_TIMER, options.deadline(), () -> giveUp(next));
            attempt(next, false);
        }
    }

    private void attempt(Command command, boolean hinted) {
        command.attempts++;
        Attempt attempt = new Attempt(command.attempts, servers.get(leader), context.nowMicros(), hinted);
        command.attempt = Optional.of(attempt);
        KvRequest request = KvRequest.newBuilder()
                .setClientId(clientId)
                .setSequence(command.sequence)
                .setCommand(command.command)
                .build();
        context.setTimer(ATTEMPT_TIMER, options.attemptTimeout(), () -> noAnswer(command, attempt));
        context.call(attempt.server(), KvServiceGrpc.getDoCommandMethod(), request, CallOptions.DEFAULT, reply -> {
            if (underWay.filter(present -> present == command).isPresent()) {
                answered(command, attempt, reply);
            }
        });
    }

    private void noAnswer(Command command, Attempt attempt) {
        command.attempt = Optional.empty();
        command.lastSeen = attempt.server() + " did not answer within "
                + options.attemptTimeout().toMillis() + " ms";
        leader = behind(leader);
        retry(command, attempt);
    }

    /**
     * The command is under way. A final answer is one, whichever attempt brings it; any other one counts for the present
     * attempt only.
     */
    private void answered(Command command, Attempt attempt, KvReply reply) {
        Optional<KvResult> result = resultOf(command.command.getOperation(), reply);
        if (result.isPresent()) {
            leader = servers.indexOf(attempt.server());
            finish(command, result.get());
        } else if (command.attempt.equals(Optional.of(attempt))) {
            command.attempt = Optional.empty();
            command.lastSeen = attempt.server() + " answered " + reply.getError();
            turnedAway(command, attempt, reply);
        }
    }

    /** What the command came to, if {@code reply} says so. */
    private static Optional<KvResult> resultOf(Operation operation, KvReply reply) {
        return switch (reply.getError()) {
            case OK ->
                Optional.of(operation == Operation.GET ? new KvResult.Found(reply.getValue()) : new KvResult.Done());
            case NO_SUCH_KEY -> Optional.of(new KvResult.NoSuchKey());
            case TOO_LARGE -> Optional.of(new KvResult.TooLarge(reply.getLimitBytes()));
            default -> Optional.empty();
        };
    }

    private void turnedAway(Command command, Attempt attempt, KvReply reply) {
        switch (reply.getError()) {
            case NOT_LEADER -> {
                int hint = positionOf(reply.getLeaderHint());
                if (hint == -1 || hint == leader) {
                    leader = behind(leader);
                    retry(command, attempt);
                } else {
                    leader = hint;
                    follow(command, attempt);
                }
            }
            case TIMEOUT -> {
                leader = behind(leader);
                retry(command, attempt);
            }
            // SUPERSEDED cannot be, as nothing else is under way; with this and anything unknown no attempt does better
            default -> giveUp(command);
        }
    }

    /** Asks the server that was named, at once; but two servers that name each other are not asked without a rest. */
    private void follow(Command command, Attempt attempt) {
        if (attempt.hinted()) {
            retry(command, attempt);
        } else {
            attempt(command, true);
        }
    }

    /** Asks again, when enough time has passed since the last attempt. */
    private void retry(Command command, Attempt last) {
        Duration rest = options.backoff().minus(since(last));
        if (rest.isNegative() || rest.isZero()) {
            attempt(command, false);
        } else {
            context.setTimer(ATTEMPT_TIMER, rest, () -> attempt(command, false));
        }
    }

    private void giveUp(Command command) {
        String now = command.attempt
                .map(attempt -> attempt.server() + " was asked last and has not answered for "
                        + since(attempt).toMillis() + " ms; ")
                .orElse("");
        String before = command.lastSeen.isEmpty() ? "" : command.lastSeen + "; ";
        String attempts = command.attempts == 1 ? "1 attempt" : command.attempts + " attempts";
        finish(command, new KvResult.GaveUp(now + before + attempts));
    }

    private void finish(Command command, KvResult result) {
        underWay = Optional.empty();
        context.cancelTimer(ATTEMPT_TIMER);
        context.cancelTimer(DEADLINE_TIMER);
        command.onResult.accept(result);
        beginNext();
    }

    private Duration since(Attempt attempt) {
        return Duration.of(context.nowMicros() - attempt.sentAtMicros(), ChronoUnit.MICROS);
    }

    private int behind(int server) {
        return (server + 1) % servers.size();
    }

    /** Position of a server by its address; -1 if it is none of the group's. */
    private int positionOf(String address) {
        return servers.stream().map(Address::text).toList().indexOf(address);
    }
    // endregion
}
