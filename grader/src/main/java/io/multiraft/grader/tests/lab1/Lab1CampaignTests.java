// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.campaign.RaftMix;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftTrial;

/** Random fault schedules, with all oracles on; see {@link io.multiraft.grader.campaign.RaftSchedules}. */
final class Lab1CampaignTests {

    @Graded(
            step = "1A",
            points = 6,
            title = "elections are safe and end, whatever the network does",
            runs = 500,
            campaign = true,
            wants = {"leaders>=1", "faults>=1.5"})
    void electionsUnderRandomFaults(RaftTrial trial) {
        trial.randomSchedule(RaftMix.ELECTION);
    }

    @Graded(
            step = "1B",
            points = 10,
            title = "logs agree and commands come through, whatever the network does",
            runs = 900,
            campaign = true,
            wants = {"leaders>=1.5", "faults>=2", "committed>=20"})
    void replicationUnderRandomFaults(RaftTrial trial) {
        trial.randomSchedule(RaftMix.REPLICATION);
    }

    @Graded(
            step = "1C",
            points = 10,
            title = "nothing promised is lost when servers crash at the worst moments",
            runs = 900,
            campaign = true,
            wants = {"leaders>=1.5", "faults>=2", "committed>=20", "ghosts>=2"})
    void persistenceUnderRandomFaults(RaftTrial trial) {
        trial.randomSchedule(RaftMix.PERSISTENCE);
    }

    @Graded(
            step = "1D",
            points = 10,
            title = "snapshots take the place of logs while everything fails",
            runs = 800,
            campaign = true,
            wants = {"leaders>=1.5", "faults>=2", "committed>=20", "snapshots>=1"})
    void compactionUnderRandomFaults(RaftTrial trial) {
        trial.randomSchedule(RaftMix.COMPACTION);
    }
}
