// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final long MS = 1_000;

    private final List<Schedule> tried = new ArrayList<>();

    private static Schedule schedule(int faults) {
        List<Fault> all = new ArrayList<>();
        for (int i = 0; i < faults; i++) {
            all.add(new Fault.Crash(i * (137 * MS), 1_234_567, List.of("n" + i), 500));
        }
        return new Schedule(42, 5, 18_000_000, NetworkModel.UNRELIABLE, new DiskModel(1, 2), all, Map.of());
    }

    private Schedule shrink(Schedule failing, long failsAt, Predicate<Schedule> fails) {
        return Shrinker.shrink(
                failing,
                failsAt,
                candidate -> {
                    tried.add(candidate);
                    return new Shrinker.Result(fails.test(candidate), failsAt, 100);
                },
                Shrinker.Limits.DEFAULT);
    }

    private static boolean crashes(Schedule schedule, String node) {
        return schedule.faults().stream()
                .anyMatch(fault ->
                        fault instanceof Fault.Crash crash && crash.nodes().contains(node));
    }

    @Test
    void onlyWhatIsNeededStaysAndInSimpleForm() {
        Schedule smallest =
                shrink(schedule(40), 17_000_000, schedule -> crashes(schedule, "n3") && crashes(schedule, "n31"));
        assertThat(smallest.faults())
                .containsExactly(
                        new Fault.Crash(400 * MS, 1_200_000, List.of("n3"), 0),
                        new Fault.Crash(4_200 * MS, 1_200_000, List.of("n31"), 0));
        assertThat(smallest.network()).isEqualTo(NetworkModel.RELIABLE);
        assertThat(smallest.disk()).isEqualTo(DiskModel.FAST);
        assertThat(smallest.nodes()).isEqualTo(1);
    }

    @Test
    void aBugThatNeedsNoFaultGetsNone() {
        assertThat(shrink(schedule(14), 5_000_000, schedule -> true).faults()).isEmpty();
        assertThat(tried).hasSizeLessThan(20);
    }

    @Test
    void whatBeginsAfterTheFailureGoesAtOnce() {
        shrink(schedule(40), 1_000_000, schedule -> crashes(schedule, "n3"));
        assertThat(tried.get(0).faults())
                .allSatisfy(fault -> assertThat(fault.atMicros()).isLessThanOrEqualTo(1_000_000));
    }

    @Test
    void otherLuckCountsToo() {
        Schedule smallest =
                shrink(schedule(8), 17_000_000, schedule -> schedule.faults().size() >= 5 || schedule.seed() % 3 == 0);
        assertThat(smallest.faults()).isEmpty();
        assertThat(smallest.seed() % 3).isZero();
    }

    @Test
    void whatFailsUnderNoOtherScheduleStaysAsItIs() {
        Schedule failing = schedule(9);
        assertThat(shrink(failing, 17_000_000, failing::equals)).isEqualTo(failing);
    }

    @Test
    void theLimitsHold() {
        List<Schedule> runs = new ArrayList<>();
        Shrinker.shrink(
                schedule(100),
                17_000_000,
                candidate -> {
                    runs.add(candidate);
                    return new Shrinker.Result(false, 0, 1_000);
                },
                new Shrinker.Limits(1_000, 50_000));
        assertThat(runs).hasSize(50);
    }
}
