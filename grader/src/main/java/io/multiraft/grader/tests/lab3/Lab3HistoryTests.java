// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab3;

import static io.multiraft.grader.tests.ConfigCluster.groups;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.ConfigJson;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.grader.campaign.ConfigCommandMix;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.tests.ConfigCluster;
import io.multiraft.grader.tests.ConfigTrial;
import io.multiraft.grader.tests.Graded;
import io.multiraft.service.ServiceOptions;
import java.util.ArrayList;
import java.util.List;

/** Restarts, snapshots and the history of configurations. */
final class Lab3HistoryTests {
    /** So many times the bytes of the versions may be written to keep them. */
    private static final long WRITTEN_LIMIT = 32;

    private static final ServiceOptions SHORT_LOG = ServiceOptions.DEFAULT.withCompactAfterBytes(300);

    private static List<Config> versions(ConfigCluster cluster, ConfigCluster.Client client, long newest) {
        List<Config> versions = new ArrayList<>();
        for (long version = 0; version <= newest; version++) {
            versions.add(client.query(version));
        }
        cluster.expect(
                client.latest().version() == newest,
                Property.CONFIG_HISTORY,
                "version " + newest + " is the latest, not " + client.latest().version());
        return versions;
    }

    @Graded(step = "3C", points = 6, title = "a restart forgets no version and makes none", runs = 5)
    void aRestartForgetsNoVersionAndMakesNone(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(1, 2)));
        client.change(ConfigCommands.move(0, 2));
        client.change(ConfigCommands.join(groups(300)));
        for (int bucket = 0; bucket < 8; bucket++) {
            client.change(ConfigCommands.move(bucket, 2));
        }
        long newest = client.change(ConfigCommands.leave(List.of(1L)));
        List<Config> before = versions(cluster, client, newest);
        for (int round = 0; round < 4; round++) {
            cluster.crashAll();
            cluster.runMillis(20);
            cluster.restartAll();
            List<Config> after = versions(cluster, client, newest);
            cluster.expect(
                    after.equals(before),
                    Property.CONFIG_HISTORY,
                    "all versions are as they were before everybody restarted");
            newest = client.change(ConfigCommands.move(round, 300));
            before = versions(cluster, client, newest);
        }
        cluster.judgeHistory(client);
    }

    @Graded(step = "3C", points = 6, title = "a server that was away gets every version in a snapshot", runs = 5)
    void aServerThatWasAwayGetsEveryVersionInASnapshot(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10, SHORT_LOG);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(1, 2)));
        int away = cluster.after(cluster.awaitLeader());
        cluster.isolate(away);
        long newest = 0;
        for (int i = 0; i < 30; i++) {
            newest = client.change(
                    i % 3 == 2 ? ConfigCommands.leave(List.of(10L + i - 1)) : ConfigCommands.join(groups(10 + i)));
        }
        List<Config> before = versions(cluster, client, newest);
        long installed = cluster.snapshotsInstalled();
        cluster.rejoin(away);
        cluster.awaitSameState();
        cluster.expect(
                cluster.snapshotsInstalled() > installed,
                Property.SIZE_BUDGET,
                "the log was compacted while n" + away + " was away, so it gets a snapshot");
        for (int other : cluster.others(away)) {
            cluster.isolate(other);
            cluster.awaitLeader();
            cluster.rejoin(other);
            // a new leader may have to be asked before it can commit what others have left
            List<Config> after = versions(cluster, client, newest);
            cluster.awaitSameState();
            cluster.expect(
                    after.equals(before),
                    Property.CONFIG_HISTORY,
                    "every version is as it was, whoever of the servers leads");
        }
        for (int node = 1; node <= 3; node++) {
            long bytes = cluster.raftStateBytes(node);
            cluster.expect(
                    bytes <= 8 * 1_000,
                    Property.SIZE_BUDGET,
                    "the log is compacted every " + SHORT_LOG.compactAfterBytes() + " bytes, but n" + node + " holds "
                            + bytes);
        }
    }

    @Graded(step = "3C", points = 4, title = "a restarted server computes what the others compute", runs = 5)
    void aRestartedServerComputesWhatTheOthersCompute(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 17, SHORT_LOG);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(5, 300, 2, 7_000_000_000L)));
        for (int round = 0; round < 6; round++) {
            int node = 1 + round % 3;
            cluster.crash(node);
            cluster.restart(node);
            client.change(ConfigCommands.join(groups(20 + round, 40 + round)));
            client.change(ConfigCommands.leave(List.of(20L + round)));
            cluster.awaitSameState();
        }
        cluster.judgeHistory(client);
        whoTakesOverAStateGoesOnAsTheOthers(trial);
    }

    private static void whoTakesOverAStateGoesOnAsTheOthers(ConfigTrial trial) {
        SimRandom luck = trial.luck();
        int nBuckets = 1 + luck.nextInt(24);
        ConfigCommandMix mix = new ConfigCommandMix(nBuckets, luck.chance(500) ? 0 : 5_000_000_000L, 6);
        DirectServer server = DirectServer.fresh(trial, nBuckets);
        DirectServer behind = DirectServer.fresh(trial, nBuckets);
        for (int round = 0; round < 12; round++) {
            for (int i = 0; i < 10; i++) {
                ConfigCommand command = mix.change(luck);
                server.execute(command);
                if (i < 5) {
                    behind.execute(command);
                }
            }
            behind.install(server.state().snapshot());
            DirectServer restarted =
                    DirectServer.restarted(trial, nBuckets, server.state().snapshot());
            for (int i = 0; i < 6; i++) {
                ConfigCommand command = mix.change(luck);
                server.execute(command);
                restarted.execute(command);
                behind.execute(command);
                holdTheSame(server.latest(), restarted.latest(), "was restarted");
                holdTheSame(server.latest(), behind.latest(), "got a snapshot");
            }
        }
    }

    private static void holdTheSame(Config expected, Config found, String what) {
        if (!found.equals(expected)) {
            throw new Violation(
                    Property.DETERMINISM,
                    Property.CONFIG_HISTORY,
                    "A server that " + what + " and went on with the same commands as another one holds "
                            + ConfigJson.write(found) + ", and the other " + ConfigJson.write(expected) + ".");
        }
    }

    @Graded(step = "3C", points = 5, title = "all of a thousand versions are kept, and each is written once", runs = 3)
    void allOfAThousandVersionsAreKeptAndEachIsWrittenOnce(ConfigTrial trial) {
        DirectServer server = DirectServer.fresh(trial, 30);
        server.change(ConfigCommands.join(groups(1, 2, 3)));
        List<Config> made = new ArrayList<>(List.of(Config.initial(30), server.latest()));
        SimRandom luck = trial.luck();
        long bytes = 0;
        while (made.size() <= 1_000) {
            server.change(ConfigCommands.move(luck.nextInt(30), 1 + made.size() % 3));
            made.add(server.latest());
            bytes += ConfigEncoding.encode(server.latest()).getSerializedSize();
        }
        long written = server.state().bytesWritten();
        if (written > WRITTEN_LIMIT * bytes) {
            throw new Violation(
                    Property.SIZE_BUDGET,
                    "A thousand versions are " + bytes + " bytes long all together, but " + written
                            + " bytes were written for them: a change writes its version, and not those before.");
        }
        areAllThere(made, server, "the server that made them");
        areAllThere(made, DirectServer.restarted(trial, 30, server.state().snapshot()), "a server that has restarted");
        DirectServer behind = DirectServer.fresh(trial, 30);
        behind.change(ConfigCommands.join(groups(1, 2, 3)));
        behind.install(server.state().snapshot());
        areAllThere(made, behind, "a server that got a snapshot");
    }

    private static void areAllThere(List<Config> made, DirectServer server, String who) {
        for (Config config : made) {
            Config found = server.version(config.version());
            if (!found.equals(config)) {
                throw new Violation(
                        Property.CONFIG_HISTORY,
                        "Version " + config.version() + " was " + ConfigJson.write(config) + ", but " + who + " has "
                                + ConfigJson.write(found) + ".");
            }
        }
        Config latest = server.latest();
        if (latest.version() != made.size() - 1) {
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    "The latest version is " + (made.size() - 1) + ", but " + who + " says it is " + latest.version()
                            + ".");
        }
    }

    @Graded(step = "3C", points = 3, title = "the number of buckets is fixed by the first command", runs = 1)
    void theNumberOfBucketsIsFixedByTheFirstCommand(ConfigTrial trial) {
        for (ConfigCommand first : List.of(ConfigCommands.join(groups(1, 2)), ConfigCommands.leave(List.of(4L)))) {
            DirectServer server = DirectServer.fresh(trial, 10);
            boolean joined = server.execute(first).getError() == ErrorCode.OK;
            mustStop(
                    "boots with the state of a cluster of 10",
                    () -> DirectServer.restarted(trial, 20, server.state().snapshot()));
            mustStop(
                    "gets the snapshot of a cluster of 10",
                    () -> DirectServer.fresh(trial, 20).install(server.state().snapshot()));
            mustStop(
                    "executes the first command of a cluster of 10",
                    () -> DirectServer.fresh(trial, 20).execute(first, 10));
            ConfigReply reply = server.execute(ConfigCommands.join(groups(3)), 20);
            if (reply.getError() != ErrorCode.REFUSED
                    || !reply.getMessage().contains("10")
                    || !reply.getMessage().contains("20")) {
                throw new Violation(
                        Property.CONFIG_HISTORY,
                        "A command that a server with 20 buckets took in a cluster of 10 is refused, and the reason says"
                                + " both numbers, but the answer was " + reply.getError() + " ("
                                + reply.getMessage() + ").");
            }
            if (server.latest().version() != (joined ? 1 : 0)) {
                throw new Violation(
                        Property.CONFIG_HISTORY,
                        "A command that was refused has made version "
                                + server.latest().version() + ".");
            }
            DirectServer.restarted(trial, 10, server.state().snapshot()).change(ConfigCommands.join(groups(3)));
        }
    }

    private static void mustStop(String what, Runnable boot) {
        try {
            boot.run();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("10") && message.contains("20")) {
                return;
            }
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    "A server that was started with 20 buckets and " + what + " stops with a message that says both"
                            + " numbers, but it says: " + message);
        }
        throw new Violation(
                Property.CONFIG_HISTORY,
                "A server that was started with 20 buckets and " + what
                        + " must not go on (WrongNumberOfBucketsException), but it does.");
    }

    @Graded(
            step = "3C",
            points = 11,
            title = "no version is lost or made twice when servers crash and logs are compacted",
            runs = 260,
            campaign = true,
            wants = {"faults>=2", "versions>=8", "answered>=30", "snapshots>=0.1"})
    void noVersionIsLostUnderCrashesAndCompaction(ConfigTrial trial) {
        trial.randomSchedule(true);
    }
}
