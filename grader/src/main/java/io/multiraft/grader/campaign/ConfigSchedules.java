// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws schedules for the config server: {@link KvFaultKinds} and a workload. */
public final class ConfigSchedules {
    private static final long MS = 1_000;

    private final boolean crashes;
    private final KvFaultKinds kinds;

    /** Schedules; {@code crashes}: servers lose power, and logs are compacted. */
    public ConfigSchedules(boolean crashes) {
        this.crashes = crashes;
        this.kinds = new KvFaultKinds(crashes ? KvMix.SNAPSHOTS : KvMix.REPEATED);
    }

    /** The schedule of {@code seed}; any thread may call. */
    public Schedule draw(long seed) {
        return DrawingThread.draw(() -> drawHere(seed));
    }

    private Schedule drawHere(long seed) {
        SimRandom luck = SimRandom.of(seed, 0x434F4E46);
        int[] sizes = {3, 3, 3, 5, 1};
        int nodes = sizes[luck.nextInt(sizes.length)];
        List<Fault> faults = kinds.drawFaults(nodes, luck);
        Map<String, Long> workload = new LinkedHashMap<>();
        workload.put(ServiceRun.CLIENTS, 2L + luck.nextInt(3));
        long[] think = {60 * MS, 150 * MS, 400 * MS};
        workload.put(ServiceRun.THINK, think[luck.nextInt(think.length)]);
        workload.put(ServiceRun.COMPACT_BYTES, crashes ? 400L + luck.nextInt(1_500) : 1L << 40);
        workload.put(ConfigRun.BUCKETS, luck.chance(700) ? 10L : 1L + luck.nextInt(24));
        long[] bases = {0, 0, 120, 1000, 5_000_000_000L};
        long[] groups = {3, 6, 6, 14};
        workload.put(ConfigRun.GROUPS, groups[luck.nextInt(groups.length)]);
        workload.put(ConfigRun.GID_BASE, bases[luck.nextInt(bases.length)]);
        workload.put(RaftRun.HEARTBEAT_MILLIS, luck.chance(300) ? 50L : 80L);
        workload.put(RaftRun.PAYLOAD_BYTES, luck.chance(300) ? 300L : 512L << 10);
        workload.put(RaftRun.RESTARTS_JUDGED, crashes ? 1L : 0L);
        return new Schedule(
                seed,
                nodes,
                KvSchedules.FAULT_MICROS,
                FaultKinds.drawNetwork(luck),
                FaultKinds.drawDisk(luck),
                faults,
                workload);
    }
}
