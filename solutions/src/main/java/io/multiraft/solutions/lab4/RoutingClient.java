// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigClient;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.shard.Key2BucketID;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.ShardRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A client of all groups. It keeps a copy of the configuration, sends each command to the group that owns the key's bucket,
 * and asks for the configuration anew when that group says that it does not, or nothing. One command is under way at a time,
 * with one number through all attempts, at whatever group.
 */
final class RoutingClient implements KvClient {
    private final ConfigClient configClient;
    private final KvClientOptions options;

    // region 4A
    private static final String ATTEMPT_TIMER = "attempt";
    private static final String DEADLINE_TIMER = "deadline";

    private final Deque<Command> waiting = new ArrayDeque<>();
    private Optional<Command> underWay = Optional.empty();
    private NodeContext context;
    private long clientId;
    private long lastSequence;

    private Optional<Config> config = Optional.empty();
    private boolean refreshing;

    /** The member to ask next of each group: its leader, as far as this client knows. */
    private final Map<Long, Address> leaders = new HashMap<>();

    /** A command of this client, and how it goes. */
    private static final class Command {
        private final KvCommand command;
        private final Consumer<KvResult> onResult;
        private long sequence;
        private int attempts;
        private Optional<Attempt> attempt = Optional.empty(); // none: it rests
        private String lastSeen = "nothing was heard";

        Command(KvCommand command, Consumer<KvResult> onResult) {
            this.command = command;
            this.onResult = onResult;
        }
    }

    /** Where a command is sent. */
    private record Route(long gid, List<Address> members, Address server, long configVersion) {
        /** The member behind the one that was asked. */
        Address next() {
            return members.get((members.indexOf(server) + 1) % members.size());
        }
    }

    /**
     * One request to one server.
     *
     * @param hinted sent at once because another server named this one
     */
    private record Attempt(int number, Route route, long sentAtMicros, boolean hinted) {}

    // endregion
    RoutingClient(ConfigClient configClient, KvClientOptions options) {
        this.configClient = configClient;
        this.options = options;
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        // region 4A |
        context = nodeContext;
        clientId = context.random().nextLong();
        configClient.start(context, services);
        // endregion
    }

    @Override
    public void execute(KvCommand command, Consumer<KvResult> onResult) {
        // region 4A | throw new TodoException("4A", "have a command executed, once, by the bucket's group");
        waiting.add(new Command(command, onResult));
        beginNext();
        // endregion
    }

    // region 4A
    private void beginNext() {
        if (underWay.isEmpty() && !waiting.isEmpty()) {
            Command next = waiting.remove();
            underWay = Optional.of(next);
            next.sequence = ++lastSequence;
            context.setTimer(DEADLINE_TIMER, options.deadline(), () -> giveUp(next));
            attempt(next, false);
        }
    }

    // ---- the configuration --------------------------------------------------------------------------------------

    /** Where the command goes; if it cannot go anywhere, {@code lastSeen} says why. */
    private Optional<Route> route(Command command) {
        if (config.isEmpty()) {
            command.lastSeen = "no config server has answered";
            return Optional.empty();
        }
        int bucket =
                Key2BucketID.of(command.command.getKey(), config.get().buckets().size());
        long gid = config.get().buckets().get(bucket);
        List<Address> members = config.get().groups().getOrDefault(gid, List.of());
        if (members.isEmpty()) {
            command.lastSeen = "bucket " + bucket + " has no group: join one first";
            return Optional.empty();
        }
        Address server =
                Optional.ofNullable(leaders.get(gid)).filter(members::contains).orElse(members.get(0));
        return Optional.of(new Route(gid, members, server, config.get().version()));
    }

    /** Asks for the latest configuration, unless it is being asked for. */
    private void refresh() {
        if (!refreshing) {
            refreshing = true;
            configClient.execute(ConfigCommands.query(ConfigCommands.LATEST), result -> {
                refreshing = false;
                if (result instanceof ConfigResult.Found found) {
                    adopt(found.config());
                }
            });
        }
    }

    /** A config server that is behind must not take us back. With news, who rests need not wait any longer. */
    private void adopt(Config found) {
        if (config.isEmpty() || found.version() > config.get().version()) {
            config = Optional.of(found);
            underWay.filter(command -> command.attempt.isEmpty()).ifPresent(command -> attempt(command, false));
        }
    }

    // ---- attempts -----------------------------------------------------------------------------------------------

    private void attempt(Command command, boolean hinted) {
        Optional<Route> route = route(command);
        if (route.isPresent()) {
            send(command, route.get(), hinted);
        } else {
            rest(command, options.backoff());
            refresh();
        }
    }

    private void send(Command command, Route route, boolean hinted) {
        command.attempts++;
        Attempt attempt = new Attempt(command.attempts, route, context.nowMicros(), hinted);
        command.attempt = Optional.of(attempt);
        ShardRequest request = ShardRequest.newBuilder()
                .setClientId(clientId)
                .setSequence(command.sequence)
                .setCommand(command.command)
                .setConfigVersion(route.configVersion())
                .build();
        context.setTimer(ATTEMPT_TIMER, options.attemptTimeout(), () -> noAnswer(command, attempt));
        context.call(route.server(), ShardKvServiceGrpc.getDoCommandMethod(), request, CallOptions.DEFAULT, reply -> {
            if (underWay.filter(present -> present == command).isPresent()) {
                answered(command, attempt, reply);
            }
        });
    }

    /** The server may be down, or its group may be gone for ever and the bucket with another one. */
    private void noAnswer(Command command, Attempt attempt) {
        Route route = attempt.route();
        command.lastSeen = route.server() + " of group " + route.gid() + " did not answer within "
                + options.attemptTimeout().toMillis() + " ms";
        leaders.put(route.gid(), route.next());
        retry(command, attempt);
        refresh();
    }

    /**
     * The command is under way. A final answer is one, whichever attempt brings it; any other one counts for the present
     * attempt only.
     */
    private void answered(Command command, Attempt attempt, KvReply reply) {
        Optional<KvResult> result = resultOf(command.command.getOperation(), reply);
        if (result.isPresent()) {
            leaders.put(attempt.route().gid(), attempt.route().server());
            finish(command, result.get());
        } else if (command.attempt.equals(Optional.of(attempt))) {
            command.lastSeen =
                    attempt.route().server() + " of group " + attempt.route().gid() + " answered " + reply.getError();
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
        Route route = attempt.route();
        switch (reply.getError()) {
            case NOT_LEADER -> {
                Optional<Address> hint = route.members().stream()
                        .filter(member -> member.text().equals(reply.getLeaderHint()) && !member.equals(route.server()))
                        .findFirst();
                leaders.put(route.gid(), hint.orElseGet(route::next));
                // two servers that name each other are not asked without a rest
                if (hint.isPresent() && !attempt.hinted()) {
                    attempt(command, true);
                } else {
                    retry(command, attempt);
                }
            }
            case TIMEOUT -> {
                leaders.put(route.gid(), route.next());
                retry(command, attempt);
            }
            // this client or the group is behind, or the bucket is on its way
            case WRONG_GROUP -> {
                retry(command, attempt);
                refresh();
            }
            // SUPERSEDED cannot be, as nothing else is under way; with this and anything unknown no attempt does better
            default -> giveUp(command);
        }
    }

    /** Asks again, when enough time has passed since the last attempt. */
    private void retry(Command command, Attempt last) {
        Duration left = options.backoff().minus(since(last));
        rest(command, left.isNegative() ? Duration.ZERO : left);
    }

    private void rest(Command command, Duration time) {
        command.attempt = Optional.empty();
        context.setTimer(ATTEMPT_TIMER, time, () -> attempt(command, false));
    }

    // ---- the end ------------------------------------------------------------------------------------------------

    private void giveUp(Command command) {
        String unanswered = command.attempt
                .map(attempt -> attempt.route().server() + " of group "
                        + attempt.route().gid() + " was asked last and has not answered for "
                        + since(attempt).toMillis() + " ms; before that, ")
                .orElse("");
        String attempts = command.attempts == 1 ? "1 attempt" : command.attempts + " attempts";
        finish(command, new KvResult.GaveUp(unanswered + command.lastSeen + "; " + attempts));
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
    // endregion
}
