// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.shrink;

import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A schedule in words, a line for each fault, in the order in which they begin. */
public final class ScheduleText {
    private ScheduleText() {}

    /** The lines. */
    public static List<String> of(Schedule schedule) {
        List<String> lines = new ArrayList<>();
        lines.add(schedule.nodes()
                + (schedule.nodes() == 1 ? " server, " : " servers, ")
                + network(schedule.network())
                + (schedule.faults().isEmpty() ? ", no faults" : ""));
        schedule.faults().stream()
                .sorted(Comparator.comparingLong(Fault::atMicros))
                .forEach(fault -> lines.add("at " + seconds(fault.atMicros()) + " " + words(fault)));
        return lines;
    }

    private static String network(NetworkModel network) {
        if (network.equals(NetworkModel.RELIABLE)) {
            return "a reliable network";
        }
        List<String> ills = new ArrayList<>();
        ills.add("delays up to " + seconds(Math.max(network.delayMaxMicros(), network.slowMaxMicros())));
        if (network.lossPermille() > 0) {
            ills.add(percent(network.lossPermille()) + " lost");
        }
        if (network.duplicatePermille() > 0) {
            ills.add(percent(network.duplicatePermille()) + " delivered twice");
        }
        return "a network with " + String.join(", ", ills);
    }

    private static String words(Fault fault) {
        String length = " for " + seconds(fault.forMicros());
        if (fault instanceof Fault.Cut cut) {
            return "cut " + names(cut.from()) + (cut.bothWays() ? " <-> " : " -> ") + names(cut.to()) + length;
        } else if (fault instanceof Fault.Crash crash) {
            return "crash " + names(crash.nodes()) + ", back after " + seconds(crash.forMicros());
        } else if (fault instanceof Fault.Pause pause) {
            return "pause " + names(pause.nodes()) + length;
        } else if (fault instanceof Fault.ClockRate clock) {
            return "run the clock of " + names(clock.nodes()) + " at " + percent(clock.permille()) + length;
        } else if (fault instanceof Fault.SlowDisk slow) {
            return "let the disk of " + names(slow.nodes()) + " take " + seconds(slow.syncMicros()) + " for a sync"
                    + length;
        } else if (fault instanceof Fault.Hold hold) {
            return "hold " + messages(hold.count(), hold.method(), hold.replies(), hold.from(), hold.to()) + " back by "
                    + seconds(hold.delayMicros());
        } else if (fault instanceof Fault.Duplicate copy) {
            return "repeat " + messages(copy.count(), copy.method(), copy.replies(), copy.from(), copy.to()) + " "
                    + seconds(copy.delayMicros()) + " later";
        } else if (fault instanceof Fault.Noise noise) {
            return "noise: " + percent(noise.lossPermille()) + " lost, " + percent(noise.duplicatePermille())
                    + " delivered twice, " + percent(noise.slowPermille()) + " up to " + seconds(noise.slowMaxMicros())
                    + " late," + length;
        } else if (fault instanceof Fault.When when) {
            String times = when.skip() == 0 ? "the next " : "number " + (when.skip() + 1) + " of ";
            long delay = when.then().atMicros();
            return "wait for " + times + when.predicate() + " (up to " + seconds(when.forMicros()) + "), then "
                    + (delay == 0 ? "" : seconds(delay) + " later ") + words(when.then());
        }
        throw new IllegalStateException("a fault of no known kind: " + fault);
    }

    private static String messages(int count, String method, boolean replies, List<String> from, List<String> to) {
        String what =
                method + (replies ? (count == 1 ? " reply" : " replies") : (count == 1 ? " request" : " requests"));
        return "the next " + (count == 1 ? "" : count + " ") + what + " " + names(from) + " -> " + names(to);
    }

    private static String names(List<String> selectors) {
        return selectors.stream().map(ScheduleText::name).collect(Collectors.joining(", "));
    }

    private static String name(String selector) {
        return switch (selector) {
            case "all" -> "everybody";
            case "leader" -> "the leader";
            case "subject" -> "that server";
            case "!leader", "!subject" -> "the others";
            default -> selector.startsWith("!") ? "all but " + selector.substring(1) : selector;
        };
    }

    private static String seconds(long micros) {
        return micros < 10_000
                ? String.format(Locale.ROOT, "%.1f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }

    private static String percent(int permille) {
        return permille % 10 == 0 ? permille / 10 + " %" : String.format(Locale.ROOT, "%.1f %%", permille / 10.0);
    }
}
