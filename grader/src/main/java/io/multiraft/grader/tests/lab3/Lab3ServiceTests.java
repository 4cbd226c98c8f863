// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab3;

import static io.multiraft.grader.tests.ConfigCluster.groups;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.ConfigJson;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.config.rpc.Group;
import io.multiraft.config.rpc.Join;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.tests.ConfigCluster;
import io.multiraft.grader.tests.ConfigTrial;
import io.multiraft.grader.tests.Graded;
import io.multiraft.node.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Join, Leave, Move and Query as a replicated service. */
final class Lab3ServiceTests {
    private static final Duration ANSWER = Duration.ofSeconds(3);

    @Graded(step = "3B", points = 3, title = "the book's version 6, to the byte", runs = 2)
    void theBooksVersion6ToTheByte(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.joinWithoutRebalance(Map.of(
                1L,
                List.of(new Address("127.0.0.1:6088"), new Address("127.0.0.1:6089"), new Address("127.0.0.1:6090")))));
        for (int bucket = 0; bucket < 5; bucket++) {
            client.change(ConfigCommands.move(bucket, 1));
        }
        String json = ConfigJson.write(client.latest());
        String expected = "{\"Version\":6,\"Buckets\":[1,1,1,1,1,0,0,0,0,0],\"Groups\":{\"1\":[\"127.0.0.1:6088\","
                + "\"127.0.0.1:6089\",\"127.0.0.1:6090\"]}}";
        cluster.expect(
                json.equals(expected),
                Property.CONFIG_HISTORY,
                "a Join without rebalancing and five Moves make " + expected + ", but made " + json);
        cluster.judgeHistory(client);
    }

    @Graded(
            step = "3B",
            points = 5,
            title = "groups join, leave and get buckets, one version for each command",
            runs = 5)
    void groupsJoinLeaveAndGetBucketsOneVersionForEachCommand(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        Config beginning = client.latest();
        cluster.expect(
                beginning.equals(Config.initial(10)),
                Property.CONFIG_HISTORY,
                "version 0 has no groups and no owners, not " + ConfigJson.write(beginning));
        List<ConfigCommand> commands = List.of(
                ConfigCommands.join(groups(1)),
                ConfigCommands.join(groups(2)),
                ConfigCommands.join(groups(3)),
                ConfigCommands.join(groups(1000, 1001, 5_000_000_000L)),
                ConfigCommands.move(3, 1000),
                ConfigCommands.move(4, 1000),
                ConfigCommands.move(4, 1000),
                ConfigCommands.leave(List.of(2L, 1001L)),
                ConfigCommands.joinWithoutRebalance(groups(7)),
                ConfigCommands.move(0, 7),
                ConfigCommands.leave(List.of(7L)),
                ConfigCommands.leave(List.of(1L, 3L, 1000L, 5_000_000_000L)),
                ConfigCommands.join(groups(9, 8, 4, 2, 11, 12, 13, 14, 15, 16, 17, 18)),
                ConfigCommands.leave(List.of(8L)));
        long version = 0;
        for (ConfigCommand command : commands) {
            long made = client.change(command);
            cluster.expect(
                    made == version + 1,
                    Property.CONFIG_HISTORY,
                    "each command makes one version, the next one, " + (version + 1) + ", not " + made);
            version = made;
        }
        cluster.judgeHistory(client);
        for (long none : new long[] {version + 1, version + 1000, Long.MAX_VALUE, -2, Long.MIN_VALUE}) {
            ConfigResult result = client.execute(ConfigCommands.query(none));
            cluster.expect(
                    result instanceof ConfigResult.NoSuchVersion
                            || (none < -1 && result instanceof ConfigResult.Refused),
                    Property.CONFIG_HISTORY,
                    "version " + none + " does not exist, and the answer says so, but it was " + result);
        }
    }

    @Graded(
            step = "3B",
            points = 5,
            title = "what makes no sense is refused with a reason and changes nothing",
            runs = 3)
    void whatMakesNoSenseIsRefusedWithAReasonAndChangesNothing(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(1, 2)));
        long version = client.latest().version();
        Map<String, ConfigCommand> senseless = new LinkedHashMap<>();
        senseless.put("joins a group that is there", ConfigCommands.join(groups(2)));
        senseless.put("joins one group that is there and one that is not", ConfigCommands.join(groups(3, 1)));
        senseless.put("joins a group named 0", ConfigCommands.join(groups(0)));
        senseless.put("joins a group with a negative name", ConfigCommands.join(groups(-5)));
        senseless.put("joins nobody", ConfigCommands.join(Map.of()));
        senseless.put("joins a group without servers", ConfigCommands.join(Map.of(3L, List.of())));
        senseless.put(
                "joins a group with one address twice",
                ConfigCommands.join(Map.of(3L, List.of(new Address("x:1"), new Address("x:1")))));
        senseless.put("joins a group with an empty address", join(group(3, "x:1", "")));
        senseless.put("joins a group with an address of blanks", join(group(3, "x:1", " ")));
        senseless.put(
                "joins a group with an address that is too long",
                join(group(3, "x".repeat(Config.MAX_ADDRESS_LENGTH + 1))));
        senseless.put("names a group twice", join(group(3, "x:1"), group(3, "y:1")));
        senseless.put("joins two groups with one address", join(group(3, "x:1"), group(4, "y:1", "x:1")));
        senseless.put(
                "joins a group with an address of another one",
                join(group(3, "x:1", groups(1).get(1L).get(1).text())));
        senseless.put("joins a good group and a bad one", join(group(3, "x:1"), group(0, "y:1")));
        senseless.put("lets a group leave twice", ConfigCommands.leave(List.of(1L, 1L)));
        senseless.put("lets a group named 0 leave", ConfigCommands.leave(List.of(0L)));
        senseless.put("leaves a group that is not there", ConfigCommands.leave(List.of(3L)));
        senseless.put("leaves a group that is there and one that is not", ConfigCommands.leave(List.of(1L, 3L)));
        senseless.put("leaves nobody", ConfigCommands.leave(List.of()));
        senseless.put("moves to a group that is not there", ConfigCommands.move(0, 3));
        senseless.put("moves to nobody", ConfigCommands.move(0, 0));
        senseless.put("moves bucket 10 of 10", ConfigCommands.move(10, 1));
        senseless.put("moves bucket -1", ConfigCommands.move(-1, 1));
        senseless.put("says nothing at all", ConfigCommand.getDefaultInstance());
        senseless.forEach((what, command) -> {
            ConfigResult result = client.execute(command);
            cluster.expect(
                    result instanceof ConfigResult.Refused refused
                            && !refused.message().isBlank(),
                    Property.PROTOCOL,
                    "a command that " + what + " is refused with a reason, but the answer was " + result);
            long now = client.latest().version();
            cluster.expect(
                    now == version,
                    Property.CONFIG_HISTORY,
                    "a command that " + what + " makes no version, but now there is version " + now);
        });
        client.change(ConfigCommands.leave(List.of(1L)));
        client.change(join(group(1, groups(1).get(1L).get(1).text()), group(3, "x:1", "x".repeat(300))));
        cluster.judgeHistory(client);
        cluster.awaitSameState();
        whatIsNoCommandOrTooLongIsRefused(cluster, DirectServer.fresh(trial, 10));
    }

    private static void whatIsNoCommandOrTooLongIsRefused(ConfigCluster cluster, DirectServer server) {
        isRefused(cluster, server.execute(ByteString.copyFromUtf8("no command")), "bytes that are no command");
        int groups = 0;
        ConfigReply reply = server.execute(largeJoin(groups));
        while (reply.getError() == ErrorCode.OK && groups <= Config.MAX_ENCODED_BYTES) {
            groups += 500;
            reply = server.execute(largeJoin(groups));
        }
        isRefused(cluster, reply, "a configuration of " + (groups + 500) + " groups, which is too long");
        int bytes = ConfigEncoding.encode(server.latest()).getSerializedSize();
        cluster.expect(
                bytes <= Config.MAX_ENCODED_BYTES && bytes > Config.MAX_ENCODED_BYTES * 9 / 10,
                Property.SIZE_BUDGET,
                "a configuration of up to " + Config.MAX_ENCODED_BYTES
                        + " bytes is made and no longer one, but there is one" + " of " + bytes + " bytes, and "
                        + (groups + 500) + " groups are refused");
    }

    private static void isRefused(ConfigCluster cluster, ConfigReply reply, String what) {
        cluster.expect(
                reply.getError() == ErrorCode.REFUSED && !reply.getMessage().isBlank(),
                Property.PROTOCOL,
                what + " is refused with a reason, but the answer was " + reply.getError());
    }

    private static ConfigCommand largeJoin(int before) {
        Join.Builder join = Join.newBuilder();
        for (long gid = before + 1L; gid <= before + 500L; gid++) {
            join.addGroups(group(gid, "x".repeat(80) + gid));
        }
        return ConfigCommand.newBuilder().setJoin(join).build();
    }

    private static ConfigCommand join(Group... groups) {
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

    @Graded(step = "3B", points = 4, title = "a command that comes again makes no other version", runs = 5)
    void aCommandThatComesAgainMakesNoOtherVersion(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(1, 2)));
        int leader = cluster.awaitLeader();
        ScriptedPeer wire = cluster.wire();
        List<ConfigCommand> commands =
                List.of(ConfigCommands.join(groups(3)), ConfigCommands.move(0, 3), ConfigCommands.leave(List.of(1L)));
        long sequence = 0;
        for (ConfigCommand command : commands) {
            ConfigRequest request = ConfigRequest.newBuilder()
                    .setClientId(77)
                    .setSequence(++sequence)
                    .setCommand(command)
                    .build();
            long version = client.latest().version() + 1;
            for (int copy = 0; copy < 3; copy++) {
                Optional<ConfigReply> reply = cluster.ask(wire, leader, request, ANSWER);
                cluster.expect(
                        reply.isPresent()
                                && reply.get().getError() == ErrorCode.OK
                                && reply.get().getVersion() == version,
                        Property.EXACTLY_ONCE,
                        "each copy of one command is told that it made version " + version + ", but the answer was "
                                + reply.map(Object::toString).orElse("missing"));
            }
            long now = client.latest().version();
            cluster.expect(
                    now == version,
                    Property.EXACTLY_ONCE,
                    "a command that came three times makes one version, " + version + ", but now there is " + now);
        }
        aRefusalStays(cluster, client, wire, sequence + 1);
    }

    /** Somebody was told that nothing happened: then nothing may happen when a copy of the command comes late. */
    private static void aRefusalStays(
            ConfigCluster cluster, ConfigCluster.Client client, ScriptedPeer wire, long sequence) {
        ConfigRequest request = ConfigRequest.newBuilder()
                .setClientId(77)
                .setSequence(sequence)
                .setCommand(ConfigCommands.join(groups(2)))
                .build();
        for (int copy = 0; copy < 2; copy++) {
            Optional<ConfigReply> reply = cluster.ask(wire, cluster.awaitLeader(), request, ANSWER);
            cluster.expect(
                    reply.isPresent() && reply.get().getError() == ErrorCode.REFUSED,
                    Property.EXACTLY_ONCE,
                    "a Join of a group that was there when it came first is refused, however often it comes, but the"
                            + " answer was " + reply.map(Object::toString).orElse("missing"));
            if (copy == 0) {
                client.change(ConfigCommands.leave(List.of(2L)));
            }
        }
        cluster.expect(
                !client.latest().groups().containsKey(2L),
                Property.EXACTLY_ONCE,
                "group 2 stays away, since its Join was refused");
    }

    @Graded(step = "3B", points = 4, title = "many clients at once lose no command", runs = 5)
    void manyClientsAtOnceLoseNoCommand(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(5, 10);
        List<ConfigCluster.Client> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(cluster.client());
        }
        for (int round = 0; round < 3; round++) {
            List<ConfigCluster.Pending> pending = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                long gid = 100L + i;
                pending.add(clients.get(i)
                        .begin(round == 1 ? ConfigCommands.leave(List.of(gid)) : ConfigCommands.join(groups(gid))));
            }
            cluster.await(Duration.ofSeconds(11), () -> pending.stream().allMatch(ConfigCluster.Pending::isDone));
            cluster.expect(
                    pending.stream().allMatch(each -> each.result().orElse(null) instanceof ConfigResult.Changed),
                    Property.LINEARIZABILITY,
                    "ten commands at once that do not touch each other all make a version, but the answers were "
                            + pending.stream()
                                    .map(each -> each.result().orElse(null))
                                    .toList());
            Config latest = clients.get(0).latest();
            cluster.expect(
                    latest.groups().size() == (round == 1 ? 0 : 10),
                    Property.LINEARIZABILITY,
                    "after ten commands at once there are " + (round == 1 ? 0 : 10) + " groups, not "
                            + latest.groups().keySet() + ": is the next version made when a command arrives?");
        }
        cluster.judgeHistory(clients.get(0));
    }

    @Graded(
            step = "3B",
            points = 4,
            title = "a deposed leader shows no old configuration, and the next one knows the latest",
            runs = 10)
    void aDeposedLeaderShowsNoOldConfigurationAndTheNextOneKnowsTheLatest(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(1)));
        for (int round = 0; round < 4; round++) {
            int old = cluster.awaitLeader();
            long before = client.change(ConfigCommands.join(groups(10 + round)));
            cluster.isolate(old);
            cluster.awaitLeader();
            client.change(ConfigCommands.leave(List.of(10L + round)));
            ConfigRequest query = ConfigRequest.newBuilder()
                    .setClientId(5)
                    .setSequence(round + 1)
                    .setCommand(ConfigCommands.query(ConfigCommands.LATEST))
                    .build();
            Optional<ConfigReply> reply = cluster.ask(cluster.wire(), old, query, ANSWER);
            cluster.expect(
                    reply.isEmpty() || reply.get().getError() != ErrorCode.OK,
                    Property.LINEARIZABILITY,
                    "n" + old + " was deposed without knowing it, and does not answer with version " + before
                            + ", as there is a newer one");
            cluster.rejoin(old);
            cluster.awaitSameState();
            long now = client.latest().version();
            cluster.expect(
                    now == before + 1,
                    Property.LINEARIZABILITY,
                    "version " + (before + 1) + " is the latest, but the answer was version " + now);
        }
        cluster.judgeHistory(client);
    }

    @Graded(
            step = "3B",
            points = 10,
            title = "every version follows from the one before, whatever the network does",
            runs = 200,
            campaign = true,
            wants = {"faults>=2", "versions>=8", "answered>=30"})
    void everyVersionFollowsFromTheOneBeforeUnderRandomFaults(ConfigTrial trial) {
        trial.randomSchedule(false);
    }
}
