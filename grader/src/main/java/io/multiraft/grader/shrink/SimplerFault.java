// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.shrink;

import io.multiraft.grader.sim.Fault;
import java.util.ArrayList;
import java.util.List;

/** Simpler forms of a fault: round times, no extras. */
final class SimplerFault {
    private static final long MS = 1_000;

    private SimplerFault() {}

    /** The forms worth trying, one change at a time; may contain the fault itself. */
    static List<Fault> of(Fault fault) {
        List<Fault> simpler = new ArrayList<>();
        if (fault instanceof Fault.When when) {
            simpler.add(new Fault.When(when.atMicros(), when.forMicros(), when.predicate(), 0, when.then()));
            for (Fault then : of(when.then())) {
                simpler.add(new Fault.When(when.atMicros(), when.forMicros(), when.predicate(), when.skip(), then));
            }
        } else if (fault instanceof Fault.Crash crash) {
            simpler.add(new Fault.Crash(crash.atMicros(), crash.forMicros(), crash.nodes(), 0));
            if (crash.nodes().size() > 1) {
                crash.nodes()
                        .forEach(node -> simpler.add(new Fault.Crash(
                                crash.atMicros(), crash.forMicros(), List.of(node), crash.keepPermille())));
            }
        } else if (fault instanceof Fault.Hold hold) {
            simpler.add(new Fault.Hold(
                    hold.atMicros(),
                    hold.forMicros(),
                    hold.from(),
                    hold.to(),
                    hold.method(),
                    hold.replies(),
                    1,
                    hold.delayMicros()));
        } else if (fault instanceof Fault.Duplicate duplicate) {
            simpler.add(new Fault.Duplicate(
                    duplicate.atMicros(),
                    duplicate.forMicros(),
                    duplicate.from(),
                    duplicate.to(),
                    duplicate.method(),
                    duplicate.replies(),
                    1,
                    duplicate.delayMicros()));
        }
        simpler.add(at(fault, round(fault.atMicros()), fault.forMicros()));
        simpler.add(at(fault, fault.atMicros(), Math.max(1, round(fault.forMicros()))));
        return simpler;
    }

    /** To a tenth of a second, or to 10 ms if that is less. */
    private static long round(long micros) {
        long unit = micros >= 100 * MS ? 100 * MS : 10 * MS;
        return micros / unit * unit;
    }

    private static Fault at(Fault fault, long at, long length) {
        if (fault instanceof Fault.Cut cut) {
            return new Fault.Cut(at, length, cut.from(), cut.to(), cut.bothWays());
        } else if (fault instanceof Fault.Crash crash) {
            return new Fault.Crash(at, length, crash.nodes(), crash.keepPermille());
        } else if (fault instanceof Fault.Pause pause) {
            return new Fault.Pause(at, length, pause.nodes());
        } else if (fault instanceof Fault.ClockRate clock) {
            return new Fault.ClockRate(at, length, clock.nodes(), clock.permille());
        } else if (fault instanceof Fault.SlowDisk slow) {
            return new Fault.SlowDisk(at, length, slow.nodes(), slow.syncMicros());
        } else if (fault instanceof Fault.Hold hold) {
            return new Fault.Hold(
                    at,
                    length,
                    hold.from(),
                    hold.to(),
                    hold.method(),
                    hold.replies(),
                    hold.count(),
                    hold.delayMicros());
        } else if (fault instanceof Fault.Duplicate copy) {
            return new Fault.Duplicate(
                    at,
                    length,
                    copy.from(),
                    copy.to(),
                    copy.method(),
                    copy.replies(),
                    copy.count(),
                    copy.delayMicros());
        } else if (fault instanceof Fault.Noise noise) {
            return new Fault.Noise(
                    at,
                    length,
                    noise.lossPermille(),
                    noise.duplicatePermille(),
                    noise.slowPermille(),
                    noise.slowMaxMicros());
        } else if (fault instanceof Fault.When when) {
            return new Fault.When(at, length, when.predicate(), when.skip(), when.then());
        }
        throw new IllegalStateException("a fault of no known kind: " + fault);
    }
}
