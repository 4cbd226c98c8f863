// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of a load. Times are in milliseconds, from the moment that a client has the command to the moment that it has
 * the result.
 *
 * @param workload put, get or mixed
 * @param seconds that were measured
 * @param operations that ended in this time, errors aside
 * @param perSecond operations of each second
 * @param errors commands without a result, or with one that must not be
 * @param firstError of them, in words; null: none
 * @param slowestByBucket the time of the slowest command to each bucket, if each client keeps to one; or null
 * @param moved buckets that moved meanwhile; null: nobody moved any
 */
public record LoadReport(
        String workload,
        int clients,
        int valueBytes,
        int keys,
        double seconds,
        long operations,
        double operationsPerSecond,
        double p50,
        double p99,
        double p999,
        double max,
        List<Long> perSecond,
        long errors,
        String firstError,
        Map<Integer, Double> slowestByBucket,
        Set<Integer> moved) {

    /** The same while {@code buckets} moved. */
    public LoadReport withMoved(Set<Integer> buckets) {
        return new LoadReport(
                workload,
                clients,
                valueBytes,
                keys,
                seconds,
                operations,
                operationsPerSecond,
                p50,
                p99,
                p999,
                max,
                perSecond,
                errors,
                firstError,
                slowestByBucket,
                buckets);
    }
}
