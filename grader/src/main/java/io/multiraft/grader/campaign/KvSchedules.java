// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Draws schedules for the key-value store: {@link KvFaultKinds} and a workload. */
public final class KvSchedules {

    /** Virtual time in which things go wrong. */
    public static final long FAULT_MICROS = 12_000_000;

    private static final long MS = 1_000;

    private final KvMix mix;
    private final KvFaultKinds kinds;

    /** Schedules of {@code mix}. */
    public KvSchedules(KvMix mix) {
        this.mix = mix;
        this.kinds = new KvFaultKinds(mix);
    }

    /** The schedule of {@code seed}; any thread may call. */
    public Schedule draw(long seed) {
        return DrawingThread.draw(() -> drawHere(seed));
    }

    private Schedule drawHere(long seed) {
        SimRandom luck = SimRandom.of(seed, 0x4B565343);
        int[] sizes = {3, 3, 3, 3, 3, 5, 5, 4, 2, 1};
        int nodes = sizes[luck.nextInt(sizes.length)];
        List<Fault> faults = kinds.drawFaults(nodes, luck);
        NetworkModel network = FaultKinds.drawNetwork(luck);
        if (!mix.repeated()) {
            faults = faults.stream().flatMap(KvSchedules::withoutCopies).toList();
            network = new NetworkModel(
                    network.delayMinMicros(),
                    network.delayMaxMicros(),
                    network.lossPermille(),
                    0,
                    network.slowPermille(),
                    network.slowMaxMicros());
        }
        return new Schedule(seed, nodes, FAULT_MICROS, network, FaultKinds.drawDisk(luck), faults, drawWorkload(luck));
    }

    /** Without sessions nothing tells a copy of a command that the network has made from a second command. */
    private static Stream<Fault> withoutCopies(Fault fault) {
        if (fault instanceof Fault.When when) {
            return withoutCopies(when.then())
                    .map(then ->
                            new Fault.When(when.atMicros(), when.forMicros(), when.predicate(), when.skip(), then));
        } else if (fault instanceof Fault.Noise noise) {
            return Stream.of(new Fault.Noise(
                    noise.atMicros(),
                    noise.forMicros(),
                    noise.lossPermille(),
                    0,
                    noise.slowPermille(),
                    noise.slowMaxMicros()));
        }
        boolean copies =
                fault instanceof Fault.Duplicate duplicate && duplicate.method().equals("DoCommand");
        return copies ? Stream.empty() : Stream.of(fault);
    }

    private Map<String, Long> drawWorkload(SimRandom luck) {
        Map<String, Long> workload = new LinkedHashMap<>();
        workload.put(KvRun.CLIENTS, 2L + luck.nextInt(3));
        workload.put(KvRun.WIRE_CLIENTS, mix.repeated() ? luck.nextInt(3) : 9L);
        long[] think = {30 * MS, 80 * MS, 200 * MS};
        workload.put(KvRun.THINK, think[luck.nextInt(think.length)]);
        workload.put(KvRun.READ_PERMILLE, mix.reads() ? 650L : luck.chance(300) ? 500L : 300L);
        long[] compact = {600, 2_000, 8_000};
        workload.put(KvRun.COMPACT_BYTES, mix.crashes() ? compact[luck.nextInt(compact.length)] : 1L << 40);
        workload.put(KvRun.INSISTENT, mix.repeated() ? 1L : 0L);
        workload.put(KvRun.VALUE_BYTES, luck.chance(850) ? 0L : 400L);
        workload.put(RaftRun.HEARTBEAT_MILLIS, luck.chance(300) ? 50L : 80L);
        workload.put(RaftRun.PAYLOAD_BYTES, luck.chance(300) ? 300L : 512L << 10);
        workload.put(RaftRun.RESTARTS_JUDGED, mix.crashes() ? 1L : 0L);
        return workload;
    }
}
