// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The client of the config server. It sends one command at a time, again and again under the same number, until some server
 * has an answer or the deadline has come; it follows hints at the leader, and remembers who answered last.
 */
public final class RetryingConfigClient implements ConfigClient {
    private static final String ATTEMPT_TIMER = "config-client/attempt";
    private static final String DEADLINE_TIMER = "config-client/deadline";

    private final List<Address> servers;
    private final ConfigClientOptions options;
    private final CallOptions callOptions;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private NodeContext context;
    private long clientId;
    private long lastSequence;
    private Address server;
    private Optional<UnderWay> current = Optional.empty();

    /** A command, and who is told of its result. */
    private record Waiting(ConfigCommand command, Consumer<ConfigResult> onResult) {}

    /** The command that is being executed. */
    private static final class UnderWay {
        private final ConfigRequest request;
        private final Consumer<ConfigResult> onResult;
        private int attempt;
        private boolean hinted; // the present attempt follows a hint
        private String lastSeen = "no answer";

        UnderWay(ConfigRequest request, Consumer<ConfigResult> onResult) {
            this.request = request;
            this.onResult = onResult;
        }
    }

    /**
     * A client that is not started yet.
     *
     * @throws IllegalArgumentException if there are no servers
     */
    public RetryingConfigClient(List<Address> servers, ConfigClientOptions options) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one config server to talk to");
        }
        this.servers = List.copyOf(servers);
        this.options = options;
        // an answer that comes after the attempt was given up is still an answer to this command
        this.callOptions = CallOptions.DEFAULT.withDeadline(options.deadline());
        this.server = this.servers.get(0);
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        context = nodeContext;
        clientId = context.random().nextLong();
    }

    @Override
    public void execute(ConfigCommand command, Consumer<ConfigResult> onResult) {
        waiting.add(new Waiting(command, onResult));
        if (current.isEmpty()) {
            begin(waiting.remove());
        }
    }

    private void begin(Waiting next) {
        ConfigRequest request = ConfigRequest.newBuilder()
                .setClientId(clientId)
                .setSequence(++lastSequence)
                .setCommand(next.command())
                .build();
        UnderWay begun = new UnderWay(request, next.onResult());
        current = Optional.of(begun);
        context.setTimer(
                DEADLINE_TIMER,
                options.deadline(),
                () -> finish(
                        begun,
                        new ConfigResult.GaveUp(
                                "no result within " + options.deadline().toMillis() + " ms; last: " + begun.lastSeen)));
        send(begun);
    }

    private void send(UnderWay command) {
        int attempt = ++command.attempt;
        Address asked = server;
        context.setTimer(ATTEMPT_TIMER, options.attemptTimeout(), () -> {
            command.lastSeen = "no answer from " + asked;
            tryNext(command);
        });
        context.call(
                asked,
                ConfigServiceGrpc.getDoCommandMethod(),
                command.request,
                callOptions,
                reply -> answered(command, attempt, asked, reply));
    }

    private void answered(UnderWay command, int attempt, Address asked, ConfigReply reply) {
        if (current.filter(command::equals).isEmpty()) {
            return; // an answer to a command that has its result already
        }
        Optional<ConfigResult> result = resultOf(reply);
        if (result.isPresent()) {
            server = asked;
            finish(command, result.get());
        } else if (attempt == command.attempt) {
            command.lastSeen = reply.getError() + " from " + asked;
            retry(command, reply);
        }
    }

    /** What {@code reply} says of the command; empty if it must be sent again. */
    private static Optional<ConfigResult> resultOf(ConfigReply reply) {
        return switch (reply.getError()) {
            case OK ->
                Optional.of(
                        reply.hasConfig()
                                ? new ConfigResult.Found(ConfigEncoding.decode(reply.getConfig()))
                                : new ConfigResult.Changed(reply.getVersion()));
            case NO_SUCH_VERSION -> Optional.of(new ConfigResult.NoSuchVersion());
            case REFUSED -> Optional.of(new ConfigResult.Refused(reply.getMessage()));
            case TOO_LARGE ->
                Optional.of(new ConfigResult.Refused(
                        "the command is longer than the " + reply.getLimitBytes() + " bytes that a server takes"));
            case SUPERSEDED ->
                Optional.of(new ConfigResult.GaveUp("another client with the same id has sent a later command"));
            case NOT_LEADER, TIMEOUT, UNRECOGNIZED -> Optional.empty();
        };
    }

    /** Goes where the hint says at once, but waits before it follows a second one in a row: two servers may be in error. */
    private void retry(UnderWay command, ConfigReply reply) {
        Optional<Address> hint = servers.stream()
                .filter(each -> each.text().equals(reply.getLeaderHint()) && !each.equals(server))
                .findFirst();
        boolean atOnce = hint.isPresent() && !command.hinted;
        command.hinted = hint.isPresent();
        server = hint.orElseGet(this::nextServer);
        if (atOnce) {
            send(command);
        } else {
            context.setTimer(ATTEMPT_TIMER, options.backoff(), () -> send(command));
        }
    }

    private void tryNext(UnderWay command) {
        command.hinted = false;
        server = nextServer();
        send(command);
    }

    private Address nextServer() {
        return servers.get((servers.indexOf(server) + 1) % servers.size());
    }

    private void finish(UnderWay command, ConfigResult result) {
        context.cancelTimer(ATTEMPT_TIMER);
        context.cancelTimer(DEADLINE_TIMER);
        current = Optional.empty();
        if (!waiting.isEmpty()) {
            begin(waiting.remove());
        }
        command.onResult.accept(result);
    }
}
