// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigJson;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.ConfigServer;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.config.rpc.ConfigCommand;
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

/** Config servers whose layers are those under test, and their clients, which are given. */
public final class ConfigHarness {

    /** Task that has an encoded {@link ConfigCommand} executed; the result is read by {@link #result}. */
    public static final String EXECUTE = "execute";

    private static final byte CHANGED = 0;
    private static final byte FOUND = 1;
    private static final byte NO_SUCH_VERSION = 2;
    private static final byte REFUSED = 3;
    private static final byte GAVE_UP = 4;

    private ConfigHarness() {}

    /** How a server is made; it reports what it holds after each entry, as {@link KvHarness#STATE}. */
    public static NodeRuntime.Boot boot(
            Implementations implementations, List<Address> members, ServiceOptions options, int nBuckets) {
        return report -> {
            Application application = implementations.config().create(nBuckets);
            ReplicatedService[] made = new ReplicatedService[1];
            WatchedRaft raft = new WatchedRaft(implementations.raft(), report, index -> {
                ByteString latest = application
                        .execute(ConfigCommands.query(ConfigCommands.LATEST).toByteString(), frozen(made[0]))
                        .reply();
                report.accept(new NodeEffect.Report(
                        KvHarness.STATE, SimRandom.mix(0, latest.toStringUtf8()), Keys.ofLong(index)));
            });
            made[0] = implementations.service().create(raft, members, application, options);
            return new ConfigServer(made[0]);
        };
    }

    private static FrozenState frozen(ReplicatedService service) {
        return new FrozenState(service.state());
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
            return tagged(FOUND, ByteString.copyFromUtf8(ConfigJson.write(found.config())));
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
            case FOUND -> new ConfigResult.Found(config(content.toStringUtf8()));
            case NO_SUCH_VERSION -> new ConfigResult.NoSuchVersion();
            case REFUSED -> new ConfigResult.Refused(content.toStringUtf8());
            default -> new ConfigResult.GaveUp(content.toStringUtf8());
        };
    }

    private static Config config(String json) {
        return ConfigJson.read(json);
    }
}
