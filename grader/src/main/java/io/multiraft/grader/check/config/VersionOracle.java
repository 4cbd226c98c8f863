// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.ConfigHarness;
import io.multiraft.grader.harness.HeldConfig;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.port.NodeEffect;
import java.util.HashMap;
import java.util.Map;

/**
 * The configurations that servers hold, entry by entry: servers that have applied the same entries hold the same, whether
 * they executed them or got them in a snapshot; an entry makes one version or none; and no server forgets a version.
 */
public final class VersionOracle implements Observer {

    private record Seen(ByteString answer, Config latest, SimNode node) {}

    private final ConfigLedger ledger;
    private final Map<Long, Seen> byIndex = new HashMap<>();

    /** The answers that were found to hold what a version holds: equal bytes need not be looked at again. */
    private final Map<Long, ByteString> goodAnswers = new HashMap<>();

    /** An oracle that tells {@code ledger} of all versions that servers hold. */
    public VersionOracle(ConfigLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void onEffect(SimNode node, NodeEffect effect) {
        if (effect instanceof NodeEffect.Report report && report.kind().equals(ConfigHarness.HELD)) {
            HeldConfig held = HeldConfig.decode(report.detail());
            latest(node, held);
            if (held.pastVersion() >= 0) {
                past(node, held);
            }
        }
    }

    private void latest(SimNode node, HeldConfig held) {
        Seen first = byIndex.get(held.index());
        if (first != null && first.answer().equals(held.latest())) {
            return;
        }
        Config latest = configuration(node, "the latest version", held.latest());
        if (first != null && !first.latest().equals(latest)) {
            throw new Violation(
                    Property.DETERMINISM,
                    Property.CONFIG_HISTORY,
                    node + " and " + first.node() + " have both applied the log up to index " + held.index()
                            + ", but one holds " + ConfigLedger.shown(latest) + " and the other "
                            + ConfigLedger.shown(first.latest()) + ".");
        }
        ledger.held(node.toString(), latest);
        byIndex.putIfAbsent(held.index(), new Seen(held.latest(), latest, node));
        isOneStep(node, held.index() - 1, held.index());
        isOneStep(node, held.index(), held.index() + 1);
    }

    private void isOneStep(SimNode node, long index, long next) {
        Seen before = byIndex.get(index);
        Seen after = byIndex.get(next);
        if (before == null || after == null) {
            return;
        }
        long step = after.latest().version() - before.latest().version();
        if (step < 0 || step > 1) {
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    "A command makes one version or none, but the entry at index " + next + " led from version "
                            + before.latest().version() + " to version "
                            + after.latest().version() + " at " + node + ".");
        }
    }

    private void past(SimNode node, HeldConfig held) {
        if (held.past().equals(goodAnswers.get(held.pastVersion()))) {
            return;
        }
        Config past = configuration(node, "version " + held.pastVersion(), held.past());
        if (past.version() != held.pastVersion()) {
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    node + " was asked for version " + held.pastVersion() + " and answers with version "
                            + past.version() + ".");
        }
        ledger.held(node.toString(), past);
        goodAnswers.putIfAbsent(held.pastVersion(), held.past());
    }

    private static Config configuration(SimNode node, String what, ByteString answer) {
        try {
            ConfigReply reply = ConfigReply.parseFrom(answer);
            if (reply.getError() == ErrorCode.OK && reply.hasConfig()) {
                return ConfigEncoding.decode(reply.getConfig());
            }
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    Property.DETERMINISM,
                    node + " was asked for " + what + ", which was made, and answers " + reply.getError() + ".");
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new Violation(
                    Property.PROTOCOL,
                    node + " was asked for " + what + ", and its answer is not an encoded ConfigReply with a"
                            + " configuration (" + e.getMessage() + ").");
        }
    }
}
