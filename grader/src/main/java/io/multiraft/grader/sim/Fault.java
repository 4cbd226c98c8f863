// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * Something that goes wrong from {@code atMicros} for {@code forMicros} of virtual time, and then is mended.
 *
 * <p>Nodes are named by a list of selectors: an address; {@code all}; a role that an observer knows, such as
 * {@code leader}, as it is when the fault begins; {@code subject}, the node of whom a {@link When} was waiting; and any of
 * them behind {@code !} for all the others. A selector that fits nobody makes the fault void.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Fault.Cut.class, name = "cut"),
    @JsonSubTypes.Type(value = Fault.Crash.class, name = "crash"),
    @JsonSubTypes.Type(value = Fault.Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = Fault.ClockRate.class, name = "clock-rate"),
    @JsonSubTypes.Type(value = Fault.SlowDisk.class, name = "slow-disk"),
    @JsonSubTypes.Type(value = Fault.Hold.class, name = "hold"),
    @JsonSubTypes.Type(value = Fault.Duplicate.class, name = "duplicate"),
    @JsonSubTypes.Type(value = Fault.Noise.class, name = "noise"),
    @JsonSubTypes.Type(value = Fault.When.class, name = "when")
})
public sealed interface Fault {

    /** Begin, in microseconds of virtual time; inside a {@link When} counted from the moment it was waiting for. */
    long atMicros();

    /** Length in microseconds of virtual time. */
    long forMicros();

    /** Messages from {@code from} to {@code to} are lost, those on their way included; {@code bothWays}: also back. */
    record Cut(long atMicros, long forMicros, List<String> from, List<String> to, boolean bothWays) implements Fault {}

    /**
     * The nodes lose power and boot again at the end.
     *
     * @param keepPermille which prefix of the relaxed writes that were not synced yet survives; 1000: also a batch that was
     *     just being synced, although nothing of its output left
     */
    record Crash(long atMicros, long forMicros, List<String> nodes, int keepPermille) implements Fault {}

    /** The nodes stop running, and go on at the end with all that came in meanwhile. */
    record Pause(long atMicros, long forMicros, List<String> nodes) implements Fault {}

    /** The clocks of the nodes run at another speed; 1000 permille is right. */
    record ClockRate(long atMicros, long forMicros, List<String> nodes, int permille) implements Fault {}

    /** The disks of the nodes need {@code syncMicros} for a sync. */
    record SlowDisk(long atMicros, long forMicros, List<String> nodes, long syncMicros) implements Fault {}

    /**
     * The first {@code count} requests (or replies) of {@code method} from {@code from} to {@code to} arrive
     * {@code delayMicros} late.
     */
    record Hold(
            long atMicros,
            long forMicros,
            List<String> from,
            List<String> to,
            String method,
            boolean replies,
            int count,
            long delayMicros)
            implements Fault {}

    /** Like {@link Hold}, but the message arrives in time and a copy of it late. */
    record Duplicate(
            long atMicros,
            long forMicros,
            List<String> from,
            List<String> to,
            String method,
            boolean replies,
            int count,
            long delayMicros)
            implements Fault {}

    /** All links lose, duplicate and delay messages by chance. */
    record Noise(
            long atMicros,
            long forMicros,
            int lossPermille,
            int duplicatePermille,
            int slowPermille,
            long slowMaxMicros)
            implements Fault {}

    /**
     * Waits, from {@code atMicros} for at most {@code forMicros}, until observers have announced {@code predicate}
     * {@code skip + 1} times; then lets {@code then} begin, its time counted from that moment.
     */
    record When(long atMicros, long forMicros, String predicate, int skip, Fault then) implements Fault {}
}
