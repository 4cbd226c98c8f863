// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import static io.multiraft.solutions.lab3.Server.groups;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.storage.Keys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ConfigHistoryTest {

    @Test
    void aNewClusterHasVersion0Only() {
        Server server = new Server(10);
        assertThat(server.latest()).isEqualTo(Config.initial(10));
        assertThat(server.config(0)).isEqualTo(Config.initial(10));
        assertThat(server.find(1)).isEmpty();
    }

    @Test
    void everyVersionCanBeAskedForAndNoOther() {
        Server server = new Server(10);
        server.execute(ConfigCommands.join(groups(1)));
        server.execute(ConfigCommands.join(groups(2)));
        assertThat(server.config(0)).isEqualTo(Config.initial(10));
        assertThat(server.config(1).groups()).isEqualTo(groups(1));
        assertThat(server.config(2)).isEqualTo(server.latest());
        assertThat(server.find(3)).isEmpty();
        assertThat(server.find(-2)).isEmpty();
        assertThat(server.find(Long.MAX_VALUE)).isEmpty();
        assertThat(server.find(Long.MIN_VALUE)).isEmpty();
    }

    @Test
    void aChangeWritesOneVersionAndNoOthers() {
        Server server = new Server(10);
        for (long gid = 1; gid <= 20; gid++) {
            server.execute(ConfigCommands.join(groups(gid)));
        }
        int before = server.state.written;
        server.execute(ConfigCommands.move(0, 1));
        assertThat(server.state.written - before).isEqualTo(2); // the version, and which one is the latest
    }

    @Test
    void theNumberOfBucketsCannotBeChanged() {
        Server server = new Server(10);
        server.execute(ConfigCommands.join(groups(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Server(20, server.state.content()))
                .withMessage("the cluster was created with 10 buckets, which cannot be changed to 20: start this server"
                        + " with 10");
    }

    @Test
    void theFirstCommandFixesTheNumberOfBucketsEvenIfItIsRefused() {
        ByteString first = Server.takenBy(10, ConfigCommands.leave(List.of(1L)));
        Server server = new Server(10);
        assertThat(Server.parse(server.executeRaw(first).reply()).getError()).isEqualTo(ErrorCode.REFUSED);
        assertThatIllegalArgumentException().isThrownBy(() -> new Server(20, server.state.content()));
        Server stranger = new Server(20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stranger.executeRaw(first))
                .withMessageStartingWith("the cluster was created with 10 buckets, which cannot be changed to 20");
    }

    @Test
    void whatAServerWithAnotherNumberOfBucketsTookIsRefused() {
        Server server = new Server(10);
        server.execute(ConfigCommands.join(groups(1)));
        ConfigReply reply = Server.parse(server.executeRaw(Server.takenBy(20, ConfigCommands.join(groups(2))))
                .reply());
        assertThat(reply.getError()).isEqualTo(ErrorCode.REFUSED);
        assertThat(reply.getMessage())
                .isEqualTo("the cluster was created with 10 buckets, but the server that took the command was started"
                        + " with 20");
        assertThat(server.latest().version()).isEqualTo(1);
    }

    @Test
    void aStateWithoutItsLatestVersionIsNotTakenForANewOne() {
        MemoryState state = new MemoryState();
        state.put(Keys.ofText("latest"), Keys.ofLong(4));
        assertThatIllegalStateException()
                .isThrownBy(() -> new Server(10, state.content()))
                .withMessage("version 4 is the latest, but not stored");
    }

    @Property(tries = 200, seed = "20261125")
    void versionsAreNumberedKeptAndNeverChanged(@ForAll("commands") List<ConfigCommand> commands) {
        Server server = new Server(7);
        List<Config> history = new ArrayList<>(List.of(server.latest()));
        for (ConfigCommand command : commands) {
            server.execute(command);
            Config latest = server.latest();
            if (latest.version() != history.size() - 1) {
                assertThat(latest.version()).isEqualTo(history.size());
                history.add(latest);
            }
        }
        for (Config version : history) {
            assertThat(server.config(version.version())).isEqualTo(version);
        }
        assertThat(server.find(history.size())).isEmpty();
    }

    @Property(tries = 200, seed = "20261125")
    void aServerFromASnapshotGoesOnAsTheOthers(
            @ForAll("commands") List<ConfigCommand> before, @ForAll("commands") List<ConfigCommand> after) {
        Server server = new Server(7);
        before.forEach(server::execute);
        Server restored = new Server(7, server.state.content());
        for (ConfigCommand command : after) {
            assertThat(restored.execute(command)).isEqualTo(server.execute(command));
        }
        assertThat(restored.latest()).isEqualTo(server.latest());
        assertThat(restored.state.content().toMap())
                .isEqualTo(server.state.content().toMap());
    }

    @Provide
    Arbitrary<List<ConfigCommand>> commands() {
        Arbitrary<Long> gid = Arbitraries.longs().between(1, 6);
        Arbitrary<List<Long>> gids = gid.set().ofMinSize(1).ofMaxSize(3).map(set -> {
            List<Long> list = new ArrayList<>(set);
            Collections.sort(list);
            return list;
        });
        Arbitrary<ConfigCommand> join = gids.map(each -> ConfigCommands.join(
                groups(each.stream().mapToLong(Long::longValue).toArray())));
        Arbitrary<ConfigCommand> joinOnly =
                gid.map(each -> ConfigCommands.joinWithoutRebalance(groups(each.longValue())));
        Arbitrary<ConfigCommand> leave = gids.map(ConfigCommands::leave);
        Arbitrary<ConfigCommand> move = gid.flatMap(
                each -> Arbitraries.integers().between(0, 7).map(bucket -> ConfigCommands.move(bucket, each)));
        return Arbitraries.oneOf(join, joinOnly, leave, move, move).list().ofMaxSize(25);
    }
}
