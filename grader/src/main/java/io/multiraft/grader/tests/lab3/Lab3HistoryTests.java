// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab3;

import static io.multiraft.grader.tests.ConfigCluster.groups;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.ConfigCluster;
import io.multiraft.grader.tests.ConfigTrial;
import io.multiraft.grader.tests.Graded;
import io.multiraft.service.ServiceOptions;
import java.util.ArrayList;
import java.util.List;

/** Restarts, snapshots and the history of configurations. */
final class Lab3HistoryTests {
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

    @Graded(step = "3C", points = 8, title = "a restart forgets no version and makes none", runs = 5)
    void aRestartForgetsNoVersionAndMakesNone(ConfigTrial trial) {
        ConfigCluster cluster = trial.cluster(3, 10);
        ConfigCluster.Client client = cluster.client();
        client.change(ConfigCommands.join(groups(1, 2)));
        client.change(ConfigCommands.move(0, 2));
        client.change(ConfigCommands.join(groups(300)));
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

    @Graded(step = "3C", points = 8, title = "a server that was away gets every version in a snapshot", runs = 5)
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
            cluster.awaitSameState();
            List<Config> after = versions(cluster, client, newest);
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

    @Graded(step = "3C", points = 5, title = "a restarted server computes what the others compute", runs = 5)
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
    }

    @Graded(
            step = "3C",
            points = 14,
            title = "no version is lost or made twice when servers crash and logs are compacted",
            runs = 500,
            campaign = true,
            wants = {"faults>=2", "versions>=8", "answered>=30", "snapshots>=0.1"})
    void noVersionIsLostUnderCrashesAndCompaction(ConfigTrial trial) {
        trial.randomSchedule(true);
    }
}
