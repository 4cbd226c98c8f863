// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.RaftStatus;
import io.multiraft.service.ClientRequest;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.StateReader;
import io.multiraft.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConfigServerTest {
    private final Recorder service = new Recorder();
    private final NodeRuntime server = new NodeRuntime(
            new Address("server"),
            report -> new ConfigServer(service, 12),
            new MemoryStorage(MemoryStorage.Image.EMPTY),
            new Random(1));

    ConfigServerTest() {
        server.deliver(new NodeEvent.Start(), 0);
    }

    @Test
    void aQueryIsRead() {
        service.outcome = answered(ConfigReply.newBuilder()
                .setConfig(ConfigEncoding.encode(Config.initial(2)))
                .build());
        ConfigReply reply = send(ConfigCommands.query(ConfigCommands.LATEST));
        assertThat(ConfigEncoding.decode(reply.getConfig())).isEqualTo(Config.initial(2));
        assertThat(service.calls).containsExactly("read 7/3");
    }

    @Test
    void everythingElseIsSubmitted() {
        service.outcome = answered(ConfigReply.newBuilder().setVersion(9).build());
        assertThat(send(ConfigCommands.move(0, 1)).getVersion()).isEqualTo(9);
        assertThat(send(ConfigCommand.getDefaultInstance()).getVersion()).isEqualTo(9);
        assertThat(service.calls).containsExactly("submit 7/3", "submit 7/3");
    }

    @Test
    void theLogSaysWithHowManyBucketsTheServerWasStartedThatTookACommand() {
        service.outcome = answered(ConfigReply.newBuilder().setVersion(9).build());
        send(ConfigCommands.move(0, 1).toBuilder().setNBuckets(99).build());
        assertThat(service.commands)
                .containsExactly(ConfigCommands.move(0, 1).toBuilder()
                        .setNBuckets(12)
                        .build()
                        .toByteString());
    }

    @Test
    void whatIsNotAnsweredHasACode() {
        assertThat(replyTo(new Outcome.NotLeader(Optional.of(new Address("there")))))
                .isEqualTo(ConfigReply.newBuilder()
                        .setError(ErrorCode.NOT_LEADER)
                        .setLeaderHint("there")
                        .build());
        assertThat(replyTo(new Outcome.NotLeader(Optional.empty())).getLeaderHint())
                .isEmpty();
        assertThat(replyTo(new Outcome.TimedOut()).getError()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(replyTo(new Outcome.TooLarge(5)).getLimitBytes()).isEqualTo(5);
        assertThat(replyTo(new Outcome.TooLarge(5)).getError()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(replyTo(new Outcome.Superseded()).getError()).isEqualTo(ErrorCode.SUPERSEDED);
    }

    @Test
    void anApplicationMustAnswerWithReplies() {
        assertThatIllegalStateException()
                .isThrownBy(() -> replyTo(new Outcome.Answered(ByteString.copyFromUtf8("no reply"))));
    }

    private static ConfigReply replyTo(Outcome outcome) {
        return ConfigServer.replyOf(outcome);
    }

    private static Outcome answered(ConfigReply reply) {
        return new Outcome.Answered(reply.toByteString());
    }

    private ConfigReply send(ConfigCommand command) {
        ConfigRequest request = ConfigRequest.newBuilder()
                .setClientId(7)
                .setSequence(3)
                .setCommand(command)
                .build();
        String method = ConfigServiceGrpc.getDoCommandMethod().getFullMethodName();
        List<NodeEffect> effects =
                server.deliver(new NodeEvent.Request(1, new Address("client"), method, request.toByteString()), 1);
        try {
            return ConfigReply.parseFrom(((NodeEffect.Reply) effects.get(0)).payload());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Notes what is called and answers all of it with the same outcome. */
    private static final class Recorder implements ReplicatedService {
        private final List<String> calls = new ArrayList<>();
        private final List<ByteString> commands = new ArrayList<>();
        private Outcome outcome;

        @Override
        public void start(NodeContext context, Services services) {
            // nothing to recover
        }

        @Override
        public void submit(ClientRequest request, Consumer<Outcome> answer) {
            note("submit", request, answer);
        }

        @Override
        public void read(ClientRequest request, Consumer<Outcome> answer) {
            note("read", request, answer);
        }

        private void note(String call, ClientRequest request, Consumer<Outcome> answer) {
            calls.add(call + " " + request.clientId() + "/" + request.sequence());
            commands.add(request.command());
            answer.accept(outcome);
        }

        @Override
        public void propose(ByteString command, Consumer<Outcome> answer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public StateReader state() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RaftStatus status() {
            throw new UnsupportedOperationException();
        }
    }
}
