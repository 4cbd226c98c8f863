// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import io.multiraft.grader.campaign.KvMix;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.KvTrial;

/** Random fault schedules with clients, all oracles on; see {@link io.multiraft.grader.campaign.KvSchedules}. */
final class Lab2CampaignTests {

    @Graded(
            step = "2A",
            points = 6,
            title = "answers are linearizable, whatever the network does",
            runs = 400,
            campaign = true,
            wants = {"leaders>=1.2", "faults>=2", "answered>=60"})
    void answersAreLinearizableUnderRandomFaults(KvTrial trial) {
        trial.randomSchedule(KvMix.ONCE);
    }

    @Graded(
            step = "2B",
            points = 8,
            title = "commands take effect once, however often they are sent",
            runs = 500,
            campaign = true,
            wants = {"leaders>=1.2", "faults>=2", "answered>=60"})
    void commandsTakeEffectOnceUnderRandomFaults(KvTrial trial) {
        trial.randomSchedule(KvMix.REPEATED);
    }

    @Graded(
            step = "2C",
            points = 8,
            title = "nothing is lost or repeated when servers crash and logs are compacted",
            runs = 500,
            campaign = true,
            wants = {"leaders>=1.2", "faults>=2", "answered>=60", "snapshots>=0.2"})
    void nothingIsLostUnderCrashesAndCompaction(KvTrial trial) {
        trial.randomSchedule(KvMix.SNAPSHOTS);
    }

    @Graded(
            step = "2D",
            points = 8,
            title = "reads without the log see everything that was acknowledged, whatever fails",
            runs = 500,
            campaign = true,
            wants = {"leaders>=1.2", "faults>=2", "answered>=60", "readIndexes>=20"})
    void readsSeeWhatWasAcknowledgedUnderRandomFaults(KvTrial trial) {
        trial.randomSchedule(KvMix.READS);
    }
}
