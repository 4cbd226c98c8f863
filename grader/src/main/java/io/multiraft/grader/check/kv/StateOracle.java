// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.kv;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.KvHarness;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.storage.Keys;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Servers that have applied the same entries hold the same, whether they executed them or got them in a snapshot. */
public final class StateOracle implements Observer {

    private record Seen(long hash, SimNode node) {}

    private final Map<Long, Seen> states = new HashMap<>();
    private final Set<SimNode> installed = new HashSet<>();

    @Override
    public void onEffect(SimNode node, NodeEffect effect) {
        if (!(effect instanceof NodeEffect.Report report)) {
            return;
        }
        if (report.kind().equals("installed")) {
            installed.add(node);
        } else if (report.kind().equals(KvHarness.STATE)) {
            compare(node, report.number(), report.detail());
        }
    }

    private void compare(SimNode node, long hash, ByteString index) {
        Seen first = states.putIfAbsent(Keys.toLong(index, 0), new Seen(hash, node));
        if (first != null && first.hash() != hash) {
            boolean snapshot = installed.contains(node) || installed.contains(first.node());
            throw new Violation(
                    Property.DETERMINISM,
                    snapshot ? Property.STATE_MACHINE_SAFETY : Property.EXACTLY_ONCE,
                    node + " and " + first.node() + " have both applied the log up to index " + Keys.toLong(index, 0)
                            + ", but their stores do not answer the same to the same questions"
                            + (snapshot ? "; one of them had installed a snapshot." : "."));
        }
    }
}
