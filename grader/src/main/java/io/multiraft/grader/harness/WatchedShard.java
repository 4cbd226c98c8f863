// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.ConfigClient;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.shard.ShardFactory;
import io.multiraft.shard.ShardMember;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.BucketState;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.DeleteReply;
import io.multiraft.shard.rpc.DeleteRequest;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PullRequest;
import io.multiraft.shard.rpc.PushReply;
import io.multiraft.shard.rpc.PushRequest;
import io.multiraft.shard.rpc.ShardRequest;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;
import io.multiraft.storage.Keys;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stands between a shard server and the store that it executes commands with: whatever takes effect on a bucket passes here,
 * however the server keeps its buckets. Commands that the server turns away never come.
 */
final class WatchedShard implements ShardFactory {
    /** Every so many entries members are compared. */
    private static final long EVERY = 4;

    private final ShardFactory watched;
    private final Consumer<NodeEffect> report;
    private final KeyBook keys;
    private Member member;

    WatchedShard(ShardFactory watched, Consumer<NodeEffect> report, KeyBook keys) {
        this.watched = watched;
        this.report = report;
        this.keys = keys;
    }

    @Override
    public ShardMember create(long gid, Application store, ShardOptions options) {
        member = new Member(watched.create(gid, new Store(store), options));
        return member;
    }

    /** Which configuration is in force and which buckets are served is decided by the log: so it can be compared. */
    void afterChange(long index) {
        if (index % EVERY != 0 || !member.started) {
            return;
        }
        StatusReply status = member.status(StatusRequest.getDefaultInstance());
        long hash = SimRandom.mix(0, status.getConfigVersion());
        for (BucketState bucket : status.getBucketsList()) {
            if (bucket.getStatus() == BucketStatus.SERVING) {
                hash = SimRandom.mix(hash, bucket.getBucket());
            }
        }
        report.accept(new NodeEffect.Report(KvHarness.STATE, hash, Keys.ofLong(index)));
    }

    /** The store as the server sees it. */
    private final class Store implements Application {
        private final Application store;

        Store(Application store) {
            this.store = store;
        }

        @Override
        public Answer execute(ByteString command, State state) {
            KvCommand decoded = decode(command);
            if (decoded.getOperation() == Operation.GET) {
                return store.execute(command, state);
            }
            Map<ByteString, Execution.Content> before = new LinkedHashMap<>();
            keys.neighboursOf(decoded.getKey()).forEach(key -> before.put(key, content(key, state)));
            Answer answer = store.execute(command, state);
            Execution execution = new Execution(decoded, before, content(decoded.getKey(), state));
            report.accept(new NodeEffect.Report(ShardHarness.EXECUTED, 0, execution.encode()));
            return answer;
        }

        /** Asked of the store itself, so that its layout is its own business. */
        private Execution.Content content(ByteString key, StateReader state) {
            ByteString command = KvCommand.newBuilder()
                    .setOperation(Operation.GET)
                    .setKey(key)
                    .build()
                    .toByteString();
            KvReply reply = reply(store.execute(command, new FrozenState(state)).reply());
            return Execution.Content.of(
                    reply.getError() == ErrorCode.OK ? Optional.of(reply.getValue()) : Optional.empty());
        }

        @Override
        public ByteString read(ByteString command, StateReader state) {
            return store.read(command, state);
        }

        @Override
        public long sessionScope(ByteString command) {
            return store.sessionScope(command);
        }

        @Override
        public void stateReplaced(StateReader state) {
            store.stateReplaced(state);
        }
    }

    private static KvCommand decode(ByteString command) {
        try {
            return KvCommand.parseFrom(command);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "the store was given a command that is no encoded KvCommand: " + command, e);
        }
    }

    private static KvReply reply(ByteString reply) {
        try {
            return KvReply.parseFrom(reply);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the store's answer is not an encoded KvReply: " + reply, e);
        }
    }

    /** The member as its server sees it. */
    private static final class Member implements ShardMember {
        private final ShardMember member;
        private boolean started;

        Member(ShardMember member) {
            this.member = member;
        }

        @Override
        public Application application() {
            return member.application();
        }

        @Override
        public void start(NodeContext context, ReplicatedService service, ConfigClient config) {
            member.start(context, service, config);
            started = true;
        }

        @Override
        public void doCommand(ShardRequest request, Reply<KvReply> reply) {
            member.doCommand(request, reply);
        }

        @Override
        public void pull(PullRequest request, Reply<PullReply> reply) {
            member.pull(request, reply);
        }

        @Override
        public void push(PushRequest request, Reply<PushReply> reply) {
            member.push(request, reply);
        }

        @Override
        public void delete(DeleteRequest request, Reply<DeleteReply> reply) {
            member.delete(request, reply);
        }

        @Override
        public StatusReply status(StatusRequest request) {
            return member.status(request);
        }
    }
}
