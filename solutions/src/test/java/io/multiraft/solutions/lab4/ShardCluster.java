// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.ConfigServer;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.service.ServiceOptions;
import io.multiraft.shard.Key2BucketID;
import io.multiraft.shard.ShardLayers;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.ShardServer;
import io.multiraft.shard.rpc.BucketState;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;
import io.multiraft.solutions.lab1.RaftNodeFactory;
import io.multiraft.solutions.lab2.ReplicaFactory;
import io.multiraft.solutions.lab2.StoreFactory;
import io.multiraft.solutions.lab3.ConfigServerFactory;
import io.multiraft.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The whole system on the reference's layers: config servers {@code c1} to {@code c3}, groups of three servers ({@code g1-1},
 * {@code g1-2}, …), clients and somebody who gives orders to the config server, on a message pump in virtual time. Every
 * message takes a millisecond, every write is on disk at once.
 */
final class ShardCluster {
    private static final long DELAY_MICROS = 1_000;
    private static final long PATIENCE_MILLIS = 60_000;
    private static final List<Address> CONFIG_SERVERS = addresses("c");
    private static final Address ADMIN = new Address("admin");

    private record Event(long atMicros, long order, Runnable action) {}

    /** A request on its way. */
    record Request(Address from, Address to, String method, ByteString payload) {
        boolean is(String rpc) {
            return method.endsWith("/" + rpc);
        }
    }

    private final int nBuckets;
    private final ShardOptions options;
    private final Map<Address, Member> members = new TreeMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMicros).thenComparingLong(Event::order));

    /** Requests that do not arrive. */
    private Predicate<Request> lost = request -> false;

    /** Who sees each request that arrives. */
    private Consumer<Request> observer = request -> {};

    private long now;
    private long scheduled;

    /** Config servers and the groups {@code gids}, all booted; nobody has joined. */
    ShardCluster(int nBuckets, ShardOptions options, long... gids) {
        this.nBuckets = nBuckets;
        this.options = options;
        CONFIG_SERVERS.forEach(address -> add(address, this::configServer));
        add(ADMIN, this::admin);
        for (long gid : gids) {
            servers(gid).forEach(address -> add(address, member -> shardServer(gid)));
        }
    }

    /** The same with options that make many snapshots and parts of buckets. */
    ShardCluster(int nBuckets, long... gids) {
        this(
                nBuckets,
                ShardOptions.DEFAULT
                        .withService(ServiceOptions.DEFAULT.withCompactAfterBytes(4_000))
                        .withChunkBytes(200),
                gids);
    }

    // ---- orders to the config server --------------------------------------------------------------------------------

    void join(long... gids) {
        config(ConfigCommands.join(groups(gids)));
    }

    void joinWithoutRebalance(long... gids) {
        config(ConfigCommands.joinWithoutRebalance(groups(gids)));
    }

    void leave(Long... gids) {
        config(ConfigCommands.leave(List.of(gids)));
    }

    void move(int bucket, long gid) {
        config(ConfigCommands.move(bucket, gid));
    }

    private void config(ConfigCommand command) {
        List<ConfigResult> results = new ArrayList<>();
        members.get(ADMIN).onConfig = results::add;
        members.get(ADMIN).task("config", command.toByteString());
        until(() -> !results.isEmpty());
        if (!(results.get(0) instanceof ConfigResult.Changed)) {
            throw new AssertionError(command + " came to " + results.get(0));
        }
    }

    private static Map<Long, List<Address>> groups(long... gids) {
        Map<Long, List<Address>> groups = new TreeMap<>();
        for (long gid : gids) {
            groups.put(gid, servers(gid));
        }
        return groups;
    }

    static List<Address> servers(long gid) {
        return addresses("g" + gid + "-");
    }

    private static List<Address> addresses(String prefix) {
        return IntStream.rangeClosed(1, 3)
                .mapToObj(number -> new Address(prefix + number))
                .toList();
    }

    // ---- clients ----------------------------------------------------------------------------------------------------

    /** A client, new at its first command. */
    void begin(String client, Operation operation, String key, String value, Consumer<KvResult> onResult) {
        Address address = new Address(client);
        if (!members.containsKey(address)) {
            add(address, this::client);
        }
        members.get(address).onResults.add(onResult);
        KvCommand command = KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        members.get(address).task("execute", command.toByteString());
    }

    KvResult execute(String client, Operation operation, String key, String value) {
        List<KvResult> results = new ArrayList<>();
        begin(client, operation, key, value, results::add);
        until(() -> !results.isEmpty());
        return results.get(0);
    }

    KvResult put(String key, String value) {
        return execute("client", Operation.PUT, key, value);
    }

    KvResult append(String key, String value) {
        return execute("client", Operation.APPEND, key, value);
    }

    /** The value of {@code key}; a text in brackets if there is none. */
    String get(String key) {
        KvResult result = execute("client", Operation.GET, key, "");
        return result instanceof KvResult.Found found ? found.value().toStringUtf8() : "<" + result + ">";
    }

    // ---- faults and time --------------------------------------------------------------------------------------------

    void crash(Address server) {
        members.get(server).runtime = Optional.empty();
    }

    void boot(Address server) {
        members.get(server).boot();
    }

    void crashGroup(long gid) {
        servers(gid).forEach(this::crash);
    }

    void bootGroup(long gid) {
        servers(gid).forEach(this::boot);
    }

    void crashConfigServers() {
        CONFIG_SERVERS.forEach(this::crash);
    }

    void bootConfigServers() {
        CONFIG_SERVERS.forEach(this::boot);
    }

    void lose(Predicate<Request> which) {
        lost = which;
    }

    void heal() {
        lost = request -> false;
    }

    void observe(Consumer<Request> by) {
        observer = by;
    }

    void run(long millis) {
        long until = now + millis * 1_000;
        while (!events.isEmpty() && events.element().atMicros() <= until) {
            step();
        }
        now = until;
    }

    /** Lets time pass until {@code done}, for a minute at most. */
    void until(BooleanSupplier done) {
        long limit = now + PATIENCE_MILLIS * 1_000;
        while (!done.getAsBoolean()) {
            if (events.isEmpty() || now > limit) {
                throw new AssertionError("this does not happen within " + PATIENCE_MILLIS + " ms: " + picture());
            }
            step();
        }
    }

    long nowMillis() {
        return now / 1_000;
    }

    // ---- what can be seen -------------------------------------------------------------------------------------------

    /** What a server says of itself; nothing if it is down. */
    Optional<StatusReply> status(Address server) {
        Member member = members.get(server);
        if (member.runtime.isEmpty()) {
            return Optional.empty();
        }
        long requestId = scheduled++;
        List<ByteString> replies = new ArrayList<>();
        member.replies.put(requestId, reply -> replies.add(reply.payload()));
        member.deliver(new NodeEvent.Request(
                requestId,
                ADMIN,
                ShardKvServiceGrpc.getStatusMethod().getFullMethodName(),
                StatusRequest.getDefaultInstance().toByteString()));
        return Optional.of(parse(StatusReply.parser(), replies.get(0)));
    }

    Optional<Address> leader(long gid) {
        return servers(gid).stream()
                .filter(server -> status(server)
                        .filter(status -> status.getRole().equals("LEADER"))
                        .isPresent())
                .findFirst();
    }

    StatusReply leaderStatus(long gid) {
        return leader(gid).flatMap(this::status).orElse(StatusReply.getDefaultInstance());
    }

    Optional<BucketState> bucket(long gid, int bucket) {
        return leaderStatus(gid).getBucketsList().stream()
                .filter(state -> state.getBucket() == bucket)
                .findFirst();
    }

    BucketStatus bucketStatus(long gid, int bucket) {
        return bucket(gid, bucket).map(BucketState::getStatus).orElse(BucketStatus.ABSENT);
    }

    /** Whether the leaders of all these groups have applied {@code version} and pull nothing. */
    boolean areAt(long version, long... gids) {
        for (long gid : gids) {
            StatusReply status = leaderStatus(gid);
            if (status.getConfigVersion() != version
                    || status.getBucketsList().stream().anyMatch(each -> each.getStatus() == BucketStatus.PULLING)) {
                return false;
            }
        }
        return true;
    }

    /** Whether in none of these groups anything is kept or must be deleted elsewhere. */
    boolean areClean(long... gids) {
        for (long gid : gids) {
            StatusReply status = leaderStatus(gid);
            if (status.getDeletionsDue() > 0
                    || status.getBucketsList().stream().anyMatch(each -> each.getKeptVersion() > 0)) {
                return false;
            }
        }
        return true;
    }

    /** What the state of a server holds. */
    Map<ByteString, ByteString> data(Address server) {
        return members.get(server).disk.toMap().getOrDefault("data", Map.of());
    }

    private String picture() {
        StringBuilder picture = new StringBuilder();
        for (Address server : members.keySet()) {
            if (server.text().startsWith("g")) {
                picture.append('\n').append(server).append(' ').append(status(server));
            }
        }
        return picture.toString();
    }

    // ---- machinery --------------------------------------------------------------------------------------------------

    private Node configServer(Member member) {
        return new ConfigServer(
                new ReplicaFactory()
                        .create(
                                new RaftNodeFactory(),
                                CONFIG_SERVERS,
                                new ConfigServerFactory().create(nBuckets),
                                ServiceOptions.DEFAULT),
                nBuckets);
    }

    private Node shardServer(long gid) {
        ShardLayers layers = new ShardLayers(
                new RaftNodeFactory(),
                new ReplicaFactory(),
                new StoreFactory(),
                RetryingConfigClient::new,
                new ShardKvFactory());
        return new ShardServer(layers, gid, servers(gid), CONFIG_SERVERS, options);
    }

    private Node client(Member member) {
        KvClient client = new RoutingClientFactory()
                .create(new RetryingConfigClient(CONFIG_SERVERS, ConfigClientOptions.DEFAULT), KvClientOptions.DEFAULT);
        return (NodeContext context, Services services) -> {
            client.start(context, services);
            services.handleTask(
                    "execute",
                    (command, reply) -> client.execute(
                            parse(KvCommand.parser(), command),
                            result -> member.onResults.remove(0).accept(result)));
        };
    }

    private Node admin(Member member) {
        RetryingConfigClient client = new RetryingConfigClient(CONFIG_SERVERS, ConfigClientOptions.DEFAULT);
        return (NodeContext context, Services services) -> {
            client.start(context, services);
            services.handleTask(
                    "config",
                    (command, reply) -> client.execute(
                            parse(ConfigCommand.parser(), command), result -> member.onConfig.accept(result)));
        };
    }

    private void add(Address address, Function<Member, Node> node) {
        Member member = new Member(address, node);
        members.put(address, member);
        member.boot();
    }

    private void step() {
        Event next = events.remove();
        now = next.atMicros();
        next.action().run();
    }

    private void after(long micros, Runnable action) {
        events.add(new Event(now + micros, scheduled++, action));
    }

    private static <M> M parse(Parser<M> parser, ByteString bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A process and its disk. */
    private final class Member {
        private final Address address;
        private final Function<Member, Node> node;
        private final Map<Long, Consumer<NodeEffect.Reply>> replies = new HashMap<>();
        private final List<Consumer<KvResult>> onResults = new ArrayList<>();
        private Consumer<ConfigResult> onConfig = result -> {};
        private MemoryStorage.Image disk = MemoryStorage.Image.EMPTY;
        private Optional<NodeRuntime> runtime = Optional.empty();
        private MemoryStorage storage;
        private Map<String, Object> timers = new HashMap<>();

        Member(Address address, Function<Member, Node> node) {
            this.address = address;
            this.node = node;
        }

        void boot() {
            storage = new MemoryStorage(disk);
            timers = new HashMap<>();
            Random random = new Random(scheduled + address.text().hashCode());
            runtime = Optional.of(new NodeRuntime(address, report -> node.apply(this), storage, random));
            deliver(new NodeEvent.Start());
        }

        void task(String name, ByteString argument) {
            deliver(new NodeEvent.Task(++scheduled, name, argument));
        }

        void deliver(NodeEvent event) {
            runtime.ifPresent(running -> {
                List<NodeEffect> effects = running.deliver(event, now);
                disk = storage.image();
                effects.forEach(effect -> release(running, effect));
            });
        }

        private void release(NodeRuntime running, NodeEffect effect) {
            if (effect instanceof NodeEffect.Call call) {
                after(DELAY_MICROS, () -> members.get(call.to()).request(this, running, call));
            } else if (effect instanceof NodeEffect.Reply reply) {
                replies.remove(reply.requestId()).accept(reply);
            } else if (effect instanceof NodeEffect.SetTimer timer) {
                Object token = new Object();
                timers.put(timer.name(), token);
                after(timer.delayMicros(), () -> {
                    if (runtime.equals(Optional.of(running)) && timers.get(timer.name()) == token) {
                        deliver(new NodeEvent.TimerFired(timer.name()));
                    }
                });
            } else if (effect instanceof NodeEffect.CancelTimer timer) {
                timers.remove(timer.name());
            }
        }

        private void request(Member caller, NodeRuntime incarnation, NodeEffect.Call call) {
            Request request = new Request(caller.address, address, call.method(), call.payload());
            if (runtime.isEmpty() || lost.test(request)) {
                return;
            }
            observer.accept(request);
            long requestId = scheduled++;
            replies.put(
                    requestId,
                    reply -> after(DELAY_MICROS, () -> {
                        if (caller.runtime.equals(Optional.of(incarnation))) {
                            caller.deliver(new NodeEvent.Reply(call.callId(), reply.payload()));
                        }
                    }));
            deliver(new NodeEvent.Request(requestId, caller.address, call.method(), call.payload()));
        }
    }

    /** Keys that belong to {@code bucket}, as many as wanted. */
    Stream<String> keysOf(int bucket) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "key" + number)
                .filter(key -> Key2BucketID.of(ByteString.copyFromUtf8(key), nBuckets) == bucket);
    }

    /** The first key that belongs to {@code bucket}. */
    String keyOf(int bucket) {
        return keysOf(bucket).findFirst().orElseThrow();
    }
}
