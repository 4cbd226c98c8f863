// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.StateHash;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What state machines get: the same command at an index everywhere, in order, without gap or repetition; and a state that a
 * snapshot or the disk brings is the one that those commands make.
 */
final class ApplyOracle extends RaftOracle {

    private record Applied(ByteString command, Address first) {}

    private record Claim(Address node, String how, long hash, long ofSlots) {}

    /** By index - 1; complete, because nobody applies an index before the one below it was applied somewhere. */
    private final List<Applied> commands = new ArrayList<>();

    private final List<Long> hashes = new ArrayList<>();
    private final Map<Address, Long> appliedBy = new HashMap<>();
    /** States that appeared before anybody was seen to apply their last command. */
    private final TreeMap<Long, List<Claim>> openClaims = new TreeMap<>();

    private int snapshotsInstalled;

    long highest() {
        return commands.size();
    }

    long appliedBy(Address node) {
        return appliedBy.getOrDefault(node, 0L);
    }

    Optional<ByteString> commandAt(long index) {
        return index >= 1 && index <= commands.size()
                ? Optional.of(commands.get((int) index - 1).command())
                : Optional.empty();
    }

    int snapshotsInstalled() {
        return snapshotsInstalled;
    }

    @Override
    void onReport(SimNode node, String kind, long number, ByteString detail) {
        if (kind.equals("booted")) {
            appliedBy.put(node.address(), number);
            claims(node.address(), "found on its disk after a boot", number, detail);
        } else if (kind.equals("installed")) {
            snapshotsInstalled++;
            long before = appliedBy(node.address());
            Violation.unless(
                    number > before,
                    Property.STATE_MACHINE_SAFETY,
                    () -> node + " had applied index " + before + " and then replaced its state by a snapshot of index "
                            + number + ": it went back.");
            appliedBy.put(node.address(), number);
            claims(node.address(), "installed from a snapshot", number, detail);
        }
    }

    private void claims(Address node, String how, long index, ByteString detail) {
        if (detail.isEmpty()) {
            return; // a state machine that is judged by what it answers
        }
        Claim claim = new Claim(node, how, StateHash.decode(detail), StateHash.decodeOfSlots(detail));
        if (index <= commands.size()) {
            verify(index, claim);
        } else {
            openClaims.computeIfAbsent(index, key -> new ArrayList<>()).add(claim);
        }
    }

    private void verify(long index, Claim claim) {
        long expected = index == 0 ? StateHash.INITIAL : hashes.get((int) index - 1);
        Violation.unless(
                claim.hash() == expected && claim.ofSlots() == StateHash.ofSlots(slot -> commandInSlot(index, slot)),
                Property.STATE_MACHINE_SAFETY,
                () -> "The state that " + claim.node() + " " + claim.how() + " for index " + index
                        + " is not the one that the commands up to that index make.");
    }

    /** The last command up to {@code index} that went into {@code slot}; empty commands go nowhere. */
    private Optional<ByteString> commandInSlot(long index, int slot) {
        long last = index - Math.floorMod(index - slot, StateHash.SLOTS);
        for (long each = last; each >= 1; each -= StateHash.SLOTS) {
            ByteString command = commands.get((int) each - 1).command();
            if (!command.isEmpty()) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    @Override
    void onApplied(SimNode node, long index, ByteString command) {
        long expected = appliedBy(node.address()) + 1;
        Violation.unless(
                index == expected,
                Property.APPLY_ORDER,
                () -> node + " applied index " + index + " where index " + expected + " was due.");
        appliedBy.put(node.address(), index);
        if (index <= commands.size()) {
            Applied before = commands.get((int) index - 1);
            Violation.unless(
                    before.command().equals(command),
                    Property.STATE_MACHINE_SAFETY,
                    () -> node + " applied " + show(command) + " at index " + index + ", where " + before.first()
                            + " had applied " + show(before.command()) + ".");
        } else if (index == commands.size() + 1L) {
            long hash = hashes.isEmpty() ? StateHash.INITIAL : hashes.get(hashes.size() - 1);
            commands.add(new Applied(command, node.address()));
            hashes.add(StateHash.next(hash, index, command));
            List<Claim> open = openClaims.remove(index);
            if (open != null) {
                open.forEach(claim -> verify(index, claim));
            }
        }
    }

    private static String show(ByteString command) {
        if (command.isEmpty()) {
            return "an empty command";
        }
        ByteString head = command.substring(0, Math.min(24, command.size()));
        return head.isValidUtf8() ? "\"" + head.toStringUtf8().strip() + "\"" : command.size() + " bytes";
    }
}
