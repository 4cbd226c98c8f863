// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import java.util.List;

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
        String firstError) {}
