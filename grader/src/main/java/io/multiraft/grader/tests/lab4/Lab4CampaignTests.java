// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab4;

import io.multiraft.grader.campaign.ShardMix;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.ShardTrial;

/** Random fault schedules with clients, all oracles on; see {@link io.multiraft.grader.campaign.ShardSchedules}. */
final class Lab4CampaignTests {

    @Graded(
            step = "4A",
            points = 4,
            title = "commands take effect once, in the group that owns the bucket, whatever fails",
            runs = 60,
            campaign = true,
            wants = {"leaders>=3", "faults>=2", "answered>=60"})
    void commandsTakeEffectOnceInTheOwningGroupUnderRandomFaults(ShardTrial trial) {
        trial.randomSchedule(ShardMix.FIXED);
    }

    @Graded(
            step = "4B",
            points = 7,
            title = "nothing is lost or repeated while buckets move, whatever fails",
            runs = 120,
            campaign = true,
            wants = {"leaders>=3", "faults>=2", "answered>=30", "versions>=5", "handovers>=1.5"})
    void nothingIsLostWhileBucketsMoveUnderRandomFaults(ShardTrial trial) {
        trial.randomSchedule(ShardMix.MOVING);
    }

    @Graded(
            step = "4D",
            points = 5,
            title = "in the end former owners have forgotten everything, and nobody has lost anything",
            runs = 80,
            campaign = true,
            wants = {"leaders>=3", "faults>=2", "answered>=30", "versions>=5", "handovers>=1.5"})
    void formerOwnersForgetAndNobodyLosesUnderRandomFaults(ShardTrial trial) {
        trial.randomSchedule(ShardMix.GARBAGE);
    }
}
