// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a run depends on besides the code under test: with the same schedule the same happens.
 *
 * @param seed of everything that is left to chance while the run goes on
 * @param nodes number of nodes, named {@code n1}, {@code n2}, …
 * @param faultMicros virtual time after which everything is mended
 * @param network until then; afterwards nothing is lost
 * @param faults what goes wrong, in any order
 * @param workload what clients do; the meaning belongs to the test
 */
public record Schedule(
        long seed,
        int nodes,
        long faultMicros,
        NetworkModel network,
        DiskModel disk,
        List<Fault> faults,
        Map<String, Long> workload) {

    public Schedule {
        faults = List.copyOf(faults);
        workload = Collections.unmodifiableMap(new TreeMap<>(workload));
    }

    /** The same with other faults. */
    public Schedule withFaults(List<Fault> others) {
        return new Schedule(seed, nodes, faultMicros, network, disk, others, workload);
    }

    /** The same with other luck. */
    public Schedule withSeed(long other) {
        return new Schedule(other, nodes, faultMicros, network, disk, faults, workload);
    }

    /**
     * A number of the workload.
     *
     * @throws IllegalArgumentException if the schedule does not have it
     */
    public long workload(String name) {
        Long value = workload.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the schedule's workload has no " + name + ": " + workload);
        }
        return value;
    }
}
