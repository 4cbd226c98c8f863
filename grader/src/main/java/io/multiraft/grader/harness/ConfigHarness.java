// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.ConfigServer;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigRecord;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceOptions;
import io.multiraft.storage.Keys;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Config servers whose layers are those under test, and their clients, which are given. */
public final class ConfigHarness {

    /** Task that has an encoded {@link ConfigCommand} executed; the result is read by {@link #result}. */
    public static final String EXECUTE = "execute";

    /** Report of a {@link HeldConfig}, after each entry and each snapshot. */
    public static final String HELD = "held";

    private static final byte CHANGED = 0;
    private static final byte FOUND = 1;
    private static final byte NO_SUCH_VERSION = 2;
    private static final byte REFUSED = 3;
    private static final byte GAVE_UP = 4;

    private ConfigHarness() {}

    /** How a server is made; it reports a hash of what it holds after each entry, as {@link KvHarness#STATE}. */
    public static NodeRuntime.Boot boot(
            Implementations implementations, List<Address> members, ServiceOptions options, int nBuckets) {
        return boot(implementations, members, options, nBuckets, (report, probe) -> index -> {
            ByteString latest = probe.answer(ConfigCommands.LATEST);
            report.accept(new NodeEffect.Report(
                    KvHarness.STATE, SimRandom.mix(0, latest.toStringUtf8()), Keys.ofLong(index)));
        });
    }

    /**
     * How a server is made that reports what it holds after each entry, as {@link #HELD}.
     *
     * @param history whether it is asked for older versions, too, as step 3C can
     */
    public static NodeRuntime.Boot bootObserved(
            Implementations implementations,
            List<Address> members,
            ServiceOptions options,
            int nBuckets,
            boolean history) {
        return boot(implementations, members, options, nBuckets, (report, probe) -> index -> {
            ByteString latest = probe.answer(ConfigCommands.LATEST);
            long versions = latestVersion(latest) + 1;
            // each index another version, and each server the same one
            long past = history ? Math.floorMod(SimRandom.mix(index, 0x50415354), versions) : -1;
            HeldConfig held = new HeldConfig(index, latest, past, history ? probe.answer(past) : ByteString.EMPTY);
            report.accept(new NodeEffect.Report(HELD, versions - 1, held.encode()));
        });
    }

    private static long latestVersion(ByteString answer) {
        try {
            return Math.max(0, ConfigReply.parseFrom(answer).getConfig().getVersion());
        } catch (InvalidProtocolBufferException e) {
            return 0; // who judges the report says what is wrong
        }
    }

    private static NodeRuntime.Boot boot(
            Implementations implementations,
            List<Address> members,
            ServiceOptions options,
            int nBuckets,
            BiFunction<Consumer<NodeEffect>, Probe, Consumer<Long>> afterChange) {
        return report -> {
            Probe probe = new Probe(implementations.config().create(nBuckets));
            WatchedRaft raft = new WatchedRaft(implementations.raft(), report, afterChange.apply(report, probe));
            probe.service = implementations.service().create(raft, members, probe.application, options);
            return new ConfigServer(probe.service, nBuckets);
        };
    }

    /** Asks the application itself, so that its layout is its own business; the way that all steps have. */
    private static final class Probe {
        private final Application application;
        private ReplicatedService service;

        Probe(Application application) {
            this.application = application;
        }

        ByteString answer(long version) {
            return application
                    .execute(ConfigCommands.query(version).toByteString(), new FrozenState(service.state()))
                    .reply();
        }
    }

    /** How a client is made. */
    public static NodeRuntime.Boot client(List<Address> servers, ConfigClientOptions options) {
        return report -> new ClientNode(new RetryingConfigClient(servers, options));
    }

    private record ClientNode(RetryingConfigClient client) implements Node {
        @Override
        public void start(NodeContext context, Services services) {
            client.start(context, services);
            services.handleTask(
                    EXECUTE, (command, reply) -> client.execute(decode(command), result -> reply.send(encode(result))));
        }
    }

    private static ConfigCommand decode(ByteString command) {
        try {
            return ConfigCommand.parseFrom(command);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ByteString encode(ConfigResult result) {
        if (result instanceof ConfigResult.Changed changed) {
            return tagged(CHANGED, Keys.ofLong(changed.version()));
        } else if (result instanceof ConfigResult.Found found) {
            return tagged(FOUND, ConfigEncoding.encode(found.config()).toByteString());
        } else if (result instanceof ConfigResult.NoSuchVersion) {
            return tagged(NO_SUCH_VERSION, ByteString.EMPTY);
        } else if (result instanceof ConfigResult.Refused refused) {
            return tagged(REFUSED, ByteString.copyFromUtf8(refused.message()));
        }
        return tagged(GAVE_UP, ByteString.copyFromUtf8(((ConfigResult.GaveUp) result).reason()));
    }

    private static ByteString tagged(byte tag, ByteString content) {
        return ByteString.copyFrom(new byte[] {tag}).concat(content);
    }

    /** The result of {@link #EXECUTE}. */
    public static ConfigResult result(ByteString encoded) {
        ByteString content = encoded.substring(1);
        return switch (encoded.byteAt(0)) {
            case CHANGED -> new ConfigResult.Changed(Keys.toLong(content, 0));
            case FOUND -> new ConfigResult.Found(config(content));
            case NO_SUCH_VERSION -> new ConfigResult.NoSuchVersion();
            case REFUSED -> new ConfigResult.Refused(content.toStringUtf8());
            default -> new ConfigResult.GaveUp(content.toStringUtf8());
        };
    }

    private static Config config(ByteString encoded) {
        try {
            return ConfigEncoding.decode(ConfigRecord.parseFrom(encoded));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
