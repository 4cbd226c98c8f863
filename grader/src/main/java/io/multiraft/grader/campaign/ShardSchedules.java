// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws schedules for the sharded service: {@link ShardFaultKinds} and a workload. */
public final class ShardSchedules {

    /** Virtual time in which things go wrong. */
    public static final long FAULT_MICROS = 10_000_000;

    private static final long MS = 1_000;

    private final ShardMix mix;
    private final ShardFaultKinds kinds;

    /** Schedules of {@code mix}. */
    public ShardSchedules(ShardMix mix) {
        this.mix = mix;
        this.kinds = new ShardFaultKinds(mix);
    }

    /** The schedule of {@code seed}; any thread may call. */
    public Schedule draw(long seed) {
        return DrawingThread.draw(() -> drawHere(seed));
    }

    private Schedule drawHere(long seed) {
        SimRandom luck = SimRandom.of(seed, 0x53484152);
        int nodes = luck.chance(150) ? 1 : 3;
        int groups = 2 + luck.nextInt(2);
        // numbers that no small type and no cache of boxed numbers holds
        long[] bases = {0, 0, 0, 200, 5_000_000_000L};
        long base = bases[luck.nextInt(bases.length)];
        List<Long> gids = ShardRun.gids(groups, base);
        List<Fault> faults = kinds.drawFaults(gids, nodes, luck);
        Map<String, Long> workload = drawWorkload(luck);
        workload.put(ShardRun.GROUPS, (long) groups);
        workload.put(ShardRun.GID_BASE, base);
        return new Schedule(
                seed, nodes, FAULT_MICROS, FaultKinds.drawNetwork(luck), FaultKinds.drawDisk(luck), faults, workload);
    }

    private Map<String, Long> drawWorkload(SimRandom luck) {
        Map<String, Long> workload = new LinkedHashMap<>();
        workload.put(ServiceRun.CLIENTS, 2L + luck.nextInt(3));
        workload.put(KvRun.WIRE_CLIENTS, (long) luck.nextInt(3));
        long[] think = {30 * MS, 80 * MS, 200 * MS};
        workload.put(ServiceRun.THINK, think[luck.nextInt(think.length)]);
        workload.put(KvRun.READ_PERMILLE, luck.chance(300) ? 500L : 250L);
        long[] compact = {600, 3_000, 1L << 40};
        workload.put(ServiceRun.COMPACT_BYTES, compact[luck.nextInt(compact.length)]);
        workload.put(KvRun.VALUE_BYTES, luck.chance(700) ? 0L : 300L);
        long[] buckets = {1, 3, 10, 10, 16};
        workload.put(ShardRun.BUCKETS, buckets[luck.nextInt(buckets.length)]);
        long[] chunks = {1, 100, 600, 512 << 10};
        workload.put(ShardRun.CHUNK_BYTES, chunks[luck.nextInt(chunks.length)]);
        long[] pauses = {150 * MS, 500 * MS, 1_500 * MS};
        workload.put(ShardRun.CHANGE, mix.moving() ? pauses[luck.nextInt(pauses.length)] : 0);
        workload.put(ShardRun.STORM_PERMILLE, luck.chance(500) ? 0L : 400L);
        workload.put(ShardRun.GARBAGE, mix.garbage() ? 1L : 0L);
        workload.put(RaftRun.HEARTBEAT_MILLIS, luck.chance(300) ? 50L : 80L);
        workload.put(RaftRun.PAYLOAD_BYTES, luck.chance(300) ? 300L : 512L << 10);
        return workload;
    }
}
