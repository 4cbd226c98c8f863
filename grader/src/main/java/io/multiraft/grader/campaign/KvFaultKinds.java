// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.sim.Fault;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Faults for a group with clients: what happens between servers, and who of the clients reaches whom. */
final class KvFaultKinds extends FaultKinds {
    /** Selector of all clients. */
    static final String CLIENTS = "clients";

    /** Selector of the servers that do not lead. */
    static final String FOLLOWERS = "followers";

    KvFaultKinds(KvMix mix) {
        super(mix.methods(), mix.predicates(), true, mix.crashes());
    }

    @Override
    List<Arbitrary<List<Fault>>> directedKinds(int nodes) {
        List<Arbitrary<List<Fault>>> kinds = new ArrayList<>(super.directedKinds(nodes));
        for (int i = 0; i < 3; i++) {
            kinds.add(minorityWithClients());
            kinds.add(pinnedClients(nodes));
            kinds.add(lostAnswers(nodes));
        }
        return kinds;
    }

    /** The leader is cut off from its followers, but not from its clients. */
    private static Arbitrary<List<Fault>> minorityWithClients() {
        return Combinators.combine(start(), length())
                .as((at, time) -> List.of(new Fault.Cut(at, time, List.of(LEADER), List.of(FOLLOWERS), true)));
    }

    /** Some clients reach one server only. */
    private static Arbitrary<List<Fault>> pinnedClients(int nodes) {
        return Combinators.combine(start(), length(), anyNode(nodes), Arbitraries.of("c1", "c2", CLIENTS))
                .as((at, time, server, who) -> {
                    List<String> others = new ArrayList<>();
                    for (int i = 1; i <= nodes; i++) {
                        if (!server.equals(name(i))) {
                            others.add(name(i));
                        }
                    }
                    return List.of(new Fault.Cut(at, time, List.of(who), others, true));
                });
    }

    /** Commands arrive and answers do not. */
    private static Arbitrary<List<Fault>> lostAnswers(int nodes) {
        return Combinators.combine(start(), length(), Arbitraries.oneOf(Arbitraries.just(LEADER), anyNode(nodes)))
                .as((at, time, who) -> List.of(new Fault.Cut(at, time, List.of(who), List.of(CLIENTS), false)));
    }
}
