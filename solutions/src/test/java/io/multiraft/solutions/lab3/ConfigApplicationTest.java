// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import static io.multiraft.solutions.lab3.Server.groups;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.ConfigJson;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.config.rpc.Group;
import io.multiraft.config.rpc.Join;
import io.multiraft.node.Address;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigApplicationTest {
    private final Server server = new Server(10);

    @Test
    void theExampleOfTheBookIsReproducedToTheByte() {
        server.execute(ConfigCommands.joinWithoutRebalance(Map.of(
                1L,
                Stream.of("127.0.0.1:6088", "127.0.0.1:6089", "127.0.0.1:6090")
                        .map(Address::new)
                        .toList())));
        for (int bucket = 0; bucket < 5; bucket++) {
            server.execute(ConfigCommands.move(bucket, 1));
        }
        assertThat(ConfigJson.write(server.latest()))
                .isEqualTo("{\"Version\":6,\"Buckets\":[1,1,1,1,1,0,0,0,0,0],"
                        + "\"Groups\":{\"1\":[\"127.0.0.1:6088\",\"127.0.0.1:6089\",\"127.0.0.1:6090\"]}}");
    }

    @Test
    void aCommandMakesOneVersionHoweverManyGroupsItNames() {
        assertThat(server.execute(ConfigCommands.join(groups(3, 1, 2))).getVersion())
                .isEqualTo(1);
        assertThat(server.latest().groups()).isEqualTo(groups(1, 2, 3));
        assertThat(server.latest().buckets()).containsExactly(1L, 1L, 1L, 1L, 2L, 2L, 2L, 3L, 3L, 3L);
        assertThat(server.execute(ConfigCommands.leave(List.of(3L, 1L))).getVersion())
                .isEqualTo(2);
        assertThat(server.latest().buckets()).containsOnly(2L);
    }

    @Test
    void whenAllGroupsLeaveNobodyOwnsABucket() {
        server.execute(ConfigCommands.join(groups(1, 2)));
        server.execute(ConfigCommands.leave(List.of(1L, 2L)));
        assertThat(server.latest()).isEqualTo(new Config(2, Config.initial(10).buckets(), new TreeMap<>()));
    }

    @Test
    void aGroupThatHasLeftMayJoinAgainWithItsAddresses() {
        server.execute(ConfigCommands.join(groups(1, 2)));
        server.execute(ConfigCommands.leave(List.of(1L)));
        assertThat(server.execute(ConfigCommands.join(groups(1))).getVersion()).isEqualTo(3);
    }

    @Test
    void aMoveIsNotUndoneButTheNextJoinRebalances() {
        server.execute(ConfigCommands.join(groups(1, 2)));
        server.execute(ConfigCommands.move(9, 1));
        server.execute(ConfigCommands.move(9, 1)); // makes a version too, although it changes nothing
        assertThat(server.latest().version()).isEqualTo(3);
        assertThat(server.latest().buckets()).containsExactly(1L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L, 1L);
        server.execute(ConfigCommands.join(groups(3)));
        assertThat(server.latest().buckets()).containsExactly(1L, 1L, 1L, 1L, 3L, 2L, 2L, 2L, 3L, 3L);
    }

    @Test
    void theOrderOfGroupsInAMessageDoesNotMatter() {
        Server other = new Server(10);
        server.execute(joinOf(group(1, "a"), group(2, "b"), group(3, "c")));
        other.execute(joinOf(group(3, "c"), group(1, "a"), group(2, "b")));
        assertThat(other.latest()).isEqualTo(server.latest());
        assertThat(other.state.content().toMap())
                .isEqualTo(server.state.content().toMap());
    }

    static List<Arguments> refusedCommands() {
        String tooLong = "x".repeat(301);
        return List.of(
                Arguments.of(joinOf(), "a join must name at least one group"),
                Arguments.of(joinOf(group(0, "a")), "a gid must be positive, not 0"),
                Arguments.of(joinOf(group(-5, "a")), "a gid must be positive, not -5"),
                Arguments.of(joinOf(group(1, "a")), "group 1 has joined already"),
                Arguments.of(joinOf(group(7, "a"), group(7, "b")), "group 7 is named twice"),
                Arguments.of(joinOf(group(7)), "group 7 has no addresses"),
                Arguments.of(joinOf(group(7, "a", "")), "group 7 has an empty address"),
                Arguments.of(joinOf(group(7, " ")), "group 7 has an empty address"),
                Arguments.of(joinOf(group(7, tooLong)), "group 7 has an address of 301 characters; the limit is 300"),
                Arguments.of(joinOf(group(7, "a", "a")), "group 7 has the address a twice"),
                Arguments.of(
                        joinOf(group(7, "a"), group(8, "a")), "group 8 has the address a, which belongs to group 7"),
                Arguments.of(joinOf(group(7, "s1-0")), "group 7 has the address s1-0, which belongs to group 1"),
                Arguments.of(ConfigCommands.leave(List.of()), "a leave must name at least one group"),
                Arguments.of(ConfigCommands.leave(List.of(99L)), "there is no group 99"),
                Arguments.of(ConfigCommands.leave(List.of(1L, 99L)), "there is no group 99"),
                Arguments.of(ConfigCommands.leave(List.of(1L, 1L)), "group 1 is named twice"),
                Arguments.of(ConfigCommands.leave(List.of(0L)), "a gid must be positive, not 0"),
                Arguments.of(ConfigCommands.move(10, 1), "there is no bucket 10: they are 0 to 9"),
                Arguments.of(ConfigCommands.move(-1, 1), "there is no bucket -1: they are 0 to 9"),
                Arguments.of(ConfigCommands.move(0, 99), "there is no group 99"),
                Arguments.of(ConfigCommands.move(0, 0), "a gid must be positive, not 0"),
                Arguments.of(ConfigCommand.getDefaultInstance(), "this is not a command of the config server"));
    }

    @ParameterizedTest
    @MethodSource("refusedCommands")
    void whatMakesNoSenseIsRefusedAndChangesNothing(ConfigCommand command, String reason) {
        server.execute(ConfigCommands.join(groups(1, 2)));
        var before = server.state.content().toMap();
        ConfigReply reply = server.execute(command);
        assertThat(reply.getError()).isEqualTo(ErrorCode.REFUSED);
        assertThat(reply.getMessage()).isEqualTo(reason);
        assertThat(server.latest().version()).isEqualTo(1);
        assertThat(server.state.content().toMap()).isEqualTo(before);
    }

    @Test
    void bytesThatAreNoCommandAreRefused() {
        ConfigReply reply = Server.parse(
                server.executeRaw(ByteString.copyFromUtf8("garbage")).reply());
        assertThat(reply.getError()).isEqualTo(ErrorCode.REFUSED);
    }

    @Test
    void changesAndRefusalsAreRememberedAndQueriesAreNot() {
        assertThat(server.executed(ConfigCommands.join(groups(1))).recorded()).isTrue();
        assertThat(server.executed(ConfigCommands.join(groups(1))).recorded()).isTrue();
        assertThat(server.executed(ConfigCommands.query(-1)).recorded()).isFalse();
    }

    @Test
    void aQueryIsAnsweredAlikeThroughTheLogAndWithout() {
        server.execute(ConfigCommands.join(groups(1)));
        for (long version = -3; version <= 3; version++) {
            ConfigCommand query = ConfigCommands.query(version);
            assertThat(server.execute(query)).isEqualTo(server.read(query));
        }
        assertThat(server.read(ConfigCommands.join(groups(2))).getError()).isEqualTo(ErrorCode.REFUSED);
    }

    @Test
    void aConfigurationThatWouldNotFitARecordIsRefused() {
        Server large = new Server(Config.MAX_BUCKETS);
        String padding = "x".repeat(250);
        int joined = 0;
        ConfigReply reply = ConfigReply.getDefaultInstance();
        while (reply.getError() == ErrorCode.OK) {
            long first = 1 + 100L * joined++;
            reply = large.execute(ConfigCommand.newBuilder()
                    .setJoin(Join.newBuilder()
                            .addAllGroups(LongStream.range(first, first + 100)
                                    .mapToObj(gid -> group(gid, padding + gid))
                                    .toList()))
                    .build());
        }
        assertThat(reply.getError()).isEqualTo(ErrorCode.REFUSED);
        assertThat(reply.getMessage()).contains("the limit is " + Config.MAX_ENCODED_BYTES);
        assertThat(large.latest().groups()).hasSize(100 * (joined - 1));
        assertThat(joined).isGreaterThan(10);
    }

    @Test
    void aThousandGroupsAndAllBucketsFitCommandRecordAndReply() {
        Server large = new Server(Config.MAX_BUCKETS);
        Map<Long, List<Address>> groups = new TreeMap<>();
        LongStream.rangeClosed(1, 1_000)
                .forEach(gid -> groups.put(
                        Long.MAX_VALUE - gid,
                        IntStream.range(0, 5)
                                .mapToObj(server -> new Address("shard-" + gid + "-" + server + ".example.org:6088"))
                                .toList()));
        ConfigCommand join = ConfigCommands.join(groups);
        assertThat(join.getSerializedSize()).isLessThan(768 << 10);
        assertThat(large.execute(join).getVersion()).isEqualTo(1);
        ConfigReply reply = large.read(ConfigCommands.query(-1));
        assertThat(reply.getSerializedSize()).isLessThan(700 << 10);
        assertThat(ConfigEncoding.decode(reply.getConfig()).groups()).isEqualTo(groups);
    }

    private static ConfigCommand joinOf(Group... groups) {
        return ConfigCommand.newBuilder()
                .setJoin(Join.newBuilder().addAllGroups(List.of(groups)))
                .build();
    }

    private static Group group(long gid, String... addresses) {
        return Group.newBuilder()
                .setGid(gid)
                .addAllAddresses(List.of(addresses))
                .build();
    }
}
