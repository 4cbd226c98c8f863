// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.storage.Keys;
import java.util.List;

/** A node that is a client of the key-value store. */
public final class KvClientHarness implements Node {

    /** Task that has an encoded {@link KvCommand} executed; the result is read by {@link #result}. */
    public static final String EXECUTE = "execute";

    private static final byte DONE = 0;
    private static final byte FOUND = 1;
    private static final byte NO_SUCH_KEY = 2;
    private static final byte TOO_LARGE = 3;
    private static final byte GAVE_UP = 4;

    private final KvClient client;

    private KvClientHarness(KvClient client) {
        this.client = client;
    }

    /** How such a node is made. */
    public static NodeRuntime.Boot boot(KvClientFactory factory, List<Address> servers, KvClientOptions options) {
        return report -> new KvClientHarness(factory.create(servers, options));
    }

    @Override
    public void start(NodeContext context, Services services) {
        client.start(context, services);
        services.handleTask(
                EXECUTE, (command, reply) -> client.execute(decode(command), result -> reply.send(encode(result))));
    }

    private static KvCommand decode(ByteString command) {
        try {
            return KvCommand.parseFrom(command);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ByteString encode(KvResult result) {
        if (result instanceof KvResult.Done) {
            return tagged(DONE, ByteString.EMPTY);
        } else if (result instanceof KvResult.Found found) {
            return tagged(FOUND, found.value());
        } else if (result instanceof KvResult.NoSuchKey) {
            return tagged(NO_SUCH_KEY, ByteString.EMPTY);
        } else if (result instanceof KvResult.TooLarge tooLarge) {
            return tagged(TOO_LARGE, Keys.ofLong(tooLarge.limitBytes()));
        }
        return tagged(GAVE_UP, ByteString.copyFromUtf8(((KvResult.GaveUp) result).reason()));
    }

    private static ByteString tagged(byte tag, ByteString content) {
        return ByteString.copyFrom(new byte[] {tag}).concat(content);
    }

    /** The result of {@link #EXECUTE}. */
    public static KvResult result(ByteString encoded) {
        ByteString content = encoded.substring(1);
        return switch (encoded.byteAt(0)) {
            case DONE -> new KvResult.Done();
            case FOUND -> new KvResult.Found(content);
            case NO_SUCH_KEY -> new KvResult.NoSuchKey();
            case TOO_LARGE -> new KvResult.TooLarge(Keys.toLong(content, 0));
            default -> new KvResult.GaveUp(content.toStringUtf8());
        };
    }
}
