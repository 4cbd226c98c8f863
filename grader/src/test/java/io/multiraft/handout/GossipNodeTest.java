// SPDX-License-Identifier: Apache-2.0
package io.multiraft.handout;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GossipNodeTest {
    private static final List<Address> ALL = List.of(new Address("n1"), new Address("n2"), new Address("n3"));

    @Test
    void theHighestNumberReachesEverybodyAndOutlivesACrash() {
        Map<Address, GossipNode> running = new HashMap<>();
        Simulation simulation = new Simulation(5, NetworkModel.UNRELIABLE, DiskModel.FAST);
        for (Address each : ALL) {
            simulation.addNode(each, report -> {
                GossipNode node = new GossipNode(
                        ALL.stream().filter(peer -> !peer.equals(each)).toList());
                running.put(each, node);
                return node;
            });
        }
        simulation.nodes().forEach(simulation::powerOn);
        simulation.runUntil(20_000_000);
        long highest = running.get(ALL.get(0)).highest();
        assertThat(highest).isPositive();
        assertThat(ALL)
                .allSatisfy(each -> assertThat(running.get(each).highest()).isEqualTo(highest));
        simulation.powerOff(simulation.node(ALL.get(1)), 0);
        simulation.powerOn(simulation.node(ALL.get(1)));
        simulation.runUntil(20_100_000);
        assertThat(running.get(ALL.get(1)).highest()).isEqualTo(highest);
    }
}
