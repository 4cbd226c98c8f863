// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws schedules for Raft: {@link FaultKinds} and a workload. */
public final class RaftSchedules {

    /** Virtual time in which things go wrong. */
    public static final long FAULT_MICROS = 18_000_000;

    /** Virtual time that a run lasts at least. */
    public static final long RUN_MICROS = 20_000_000;

    private static final long MS = 1_000;

    private final RaftMix mix;
    private final FaultKinds kinds;

    /** Schedules of {@code mix}. */
    public RaftSchedules(RaftMix mix) {
        this.mix = mix;
        this.kinds = new FaultKinds(mix.methods(), mix.predicates(), mix.commands(), mix.crashes());
    }

    /** The schedule of {@code seed}; any thread may call. */
    public Schedule draw(long seed) {
        return DrawingThread.draw(() -> drawHere(seed));
    }

    private Schedule drawHere(long seed) {
        SimRandom luck = SimRandom.of(seed, 0x53434845);
        int nodes = drawNodes(luck);
        List<Fault> faults = kinds.drawFaults(nodes, luck);
        return new Schedule(
                seed,
                nodes,
                FAULT_MICROS,
                FaultKinds.drawNetwork(luck),
                FaultKinds.drawDisk(luck),
                faults,
                drawWorkload(luck));
    }

    private static int drawNodes(SimRandom luck) {
        int[] sizes = {3, 3, 3, 3, 5, 5, 5, 4, 4, 2, 7, 1};
        return sizes[luck.nextInt(sizes.length)];
    }

    private Map<String, Long> drawWorkload(SimRandom luck) {
        Map<String, Long> workload = new LinkedHashMap<>();
        long[] every = {50 * MS, 120 * MS, 250 * MS, 600 * MS};
        workload.put(RaftRun.PROPOSE_EVERY, mix.commands() ? every[luck.nextInt(every.length)] : 0);
        workload.put(RaftRun.COMMAND_BYTES, luck.chance(800) ? 16L : 300L);
        long[] compactEvery = {4, 10, 30};
        workload.put(RaftRun.COMPACT_EVERY, mix.compaction() ? compactEvery[luck.nextInt(compactEvery.length)] : 0);
        workload.put(RaftRun.HEARTBEAT_MILLIS, luck.chance(300) ? 50L : 80L);
        workload.put(RaftRun.PAYLOAD_BYTES, luck.chance(400) ? 64L : 512L << 10);
        workload.put(RaftRun.RESTARTS_JUDGED, mix.crashes() ? 1L : 0L);
        workload.put(RaftRun.MUST_COMMIT, mix.commands() ? 1L : 0L);
        // numbers that no small type and no cache of boxed numbers holds
        long[] firstTerms = {200, 3_000_000_000L};
        workload.put(RaftRun.FIRST_TERM, luck.chance(150) ? firstTerms[luck.nextInt(firstTerms.length)] : 0);
        return workload;
    }
}
