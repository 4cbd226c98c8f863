// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTextTest {
    private static final long S = 1_000_000;

    private static List<String> text(NetworkModel network, Fault... faults) {
        return ScheduleText.of(new Schedule(1, 3, 18 * S, network, DiskModel.FAST, List.of(faults), Map.of()));
    }

    @Test
    void eachKindOfFaultHasItsWords() {
        List<String> n1 = List.of("n1");
        assertThat(text(
                        NetworkModel.RELIABLE,
                        new Fault.Noise(9 * S, S, 50, 5, 0, 700_000),
                        new Fault.Cut(S, 2 * S, n1, List.of("n2", "n3"), false),
                        new Fault.Cut(2 * S, S, List.of("leader"), List.of("!leader"), true),
                        new Fault.Crash(3 * S, 5_000, List.of("all"), 0),
                        new Fault.Pause(4 * S, S, List.of("!n1")),
                        new Fault.ClockRate(5 * S, S, n1, 800),
                        new Fault.SlowDisk(6 * S, S, n1, 40_000),
                        new Fault.Hold(7 * S, S, n1, List.of("all"), "AppendEntries", true, 1, 3 * S),
                        new Fault.Duplicate(8 * S, S, n1, List.of("all"), "RequestVote", false, 2, 3 * S),
                        new Fault.When(
                                10 * S, 4 * S, "leader-appended", 0, new Fault.Crash(0, S, List.of("subject"), 0)),
                        new Fault.When(11 * S, 4 * S, "voted", 2, new Fault.Pause(30_000, S, List.of("subject")))))
                .containsExactly(
                        "3 servers, a reliable network",
                        "at 1.00 s cut n1 -> n2, n3 for 2.00 s",
                        "at 2.00 s cut the leader <-> the others for 1.00 s",
                        "at 3.00 s crash everybody, back after 5.0 ms",
                        "at 4.00 s pause all but n1 for 1.00 s",
                        "at 5.00 s run the clock of n1 at 80 % for 1.00 s",
                        "at 6.00 s let the disk of n1 take 0.04 s for a sync for 1.00 s",
                        "at 7.00 s hold the next AppendEntries reply n1 -> everybody back by 3.00 s",
                        "at 8.00 s repeat the next 2 RequestVote requests n1 -> everybody 3.00 s later",
                        "at 9.00 s noise: 5 % lost, 0.5 % delivered twice, 0 % up to 0.70 s late, for 1.00 s",
                        "at 10.00 s wait for the next leader-appended (up to 4.00 s), then crash that server, back after "
                                + "1.00 s",
                        "at 11.00 s wait for number 3 of voted (up to 4.00 s), then 0.03 s later pause that server for "
                                + "1.00 s");
    }

    @Test
    void theNetworkIsDescribed() {
        assertThat(text(NetworkModel.UNRELIABLE))
                .containsExactly(
                        "3 servers, a network with delays up to 0.03 s, 10 % lost, 2 % delivered twice, no faults");
    }
}
