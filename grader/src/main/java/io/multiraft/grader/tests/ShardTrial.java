// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.ShardMix;
import io.multiraft.grader.campaign.ShardRun;
import io.multiraft.grader.campaign.ShardSchedules;
import io.multiraft.grader.sim.Schedule;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One run of a graded test of lab 4. */
public final class ShardTrial extends Trial {
    private static final Map<ShardMix, ShardSchedules> SCHEDULES = new ConcurrentHashMap<>();

    ShardTrial(Context context) {
        super(context);
    }

    /** A run under a random schedule of {@code mix}. */
    public void randomSchedule(ShardMix mix) {
        Schedule schedule = given().orElseGet(() ->
                SCHEDULES.computeIfAbsent(mix, ShardSchedules::new).draw(seed()));
        follows(schedule);
        ShardRun run = new ShardRun(schedule, implementations());
        uses(run.simulation());
        try {
            run.play();
        } finally {
            run.reached().forEach(this::reached);
        }
    }
}
