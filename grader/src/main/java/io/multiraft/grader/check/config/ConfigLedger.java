// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.config;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigJson;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What clients asked a config server for and were told, and all versions that they or the observers of servers have seen. The
 * versions are numbered, so the order of all changes is known, and the whole history can be judged as it comes: versions
 * never change, each is made by one command, and real time is respected.
 */
public final class ConfigLedger {

    private static final class Asked {
        private final ConfigCommand command;
        private final long newestAtCall;
        private boolean mayHaveHappened = true;
        private long version = -1;

        Asked(ConfigCommand command, long newestAtCall) {
            this.command = command;
            this.newestAtCall = newestAtCall;
        }
    }

    private final List<Asked> changes = new ArrayList<>();
    private final TreeMap<Long, Config> versions = new TreeMap<>();
    private final Map<Long, Asked> madeBy = new HashMap<>();
    /** Highest version that somebody was told of: whoever asks later must see it. */
    private long newest;

    private long answered;

    /** A ledger of a cluster that begins with {@code nBuckets} buckets. */
    public ConfigLedger(int nBuckets) {
        versions.put(0L, Config.initial(nBuckets));
    }

    /** An operation that was begun. */
    public final class Operation {
        private final Asked asked;

        private Operation(Asked asked) {
            this.asked = asked;
        }

        /** The client is told. */
        public void returned(ConfigResult result) {
            take(asked, result);
        }
    }

    /** A client asks. */
    public Operation called(ConfigCommand command) {
        Asked asked = new Asked(command, newest);
        if (!command.hasQuery()) {
            changes.add(asked);
        }
        return new Operation(asked);
    }

    /** Number of operations that were answered. */
    public long answered() {
        return answered;
    }

    /** Highest version that somebody was told of. */
    public long newest() {
        return newest;
    }

    private void take(Asked asked, ConfigResult result) {
        answered += result instanceof ConfigResult.GaveUp ? 0 : 1;
        if (result instanceof ConfigResult.Found found) {
            found(asked, found.config());
        } else if (result instanceof ConfigResult.NoSuchVersion) {
            long version = asked.command.getQuery().getVersion();
            Violation.unless(
                    version > asked.newestAtCall || version < -1,
                    Property.LINEARIZABILITY,
                    () -> "Version " + version
                            + " was known before it was asked for, but the answer was that there is none.");
        } else if (result instanceof ConfigResult.Changed changed) {
            changed(asked, changed.version());
        } else if (result instanceof ConfigResult.Refused refused) {
            asked.mayHaveHappened = false;
            Violation.unless(
                    !refused.message().isBlank(),
                    Property.PROTOCOL,
                    () -> "A command that is refused says why: " + CommandRules.describe(asked.command));
        }
    }

    private void found(Asked asked, Config config) {
        long wanted = asked.command.getQuery().getVersion();
        Violation.unless(
                wanted == -1 || wanted == config.version(),
                Property.CONFIG_HISTORY,
                () -> "Version " + wanted + " was asked for, and version " + config.version() + " was the answer.");
        Violation.unless(
                wanted != -1 || config.version() >= asked.newestAtCall,
                Property.LINEARIZABILITY,
                () -> "The latest version was asked for when version " + asked.newestAtCall
                        + " was known already, but the answer was version " + config.version() + ".");
        known("A client was told", config);
        newest = Math.max(newest, config.version());
    }

    /** A server holds {@code config}, whether or not somebody has asked for it. */
    void held(String server, Config config) {
        known(server + " holds", config);
    }

    private void known(String who, Config config) {
        Config known = versions.putIfAbsent(config.version(), config);
        Violation.unless(
                known == null || known.equals(config),
                Property.CONFIG_HISTORY,
                () -> "Versions do not change, but version " + config.version() + " was " + shown(known) + ", and then "
                        + who + " " + shown(config) + ".");
    }

    private void changed(Asked asked, long version) {
        Violation.unless(
                version > asked.newestAtCall,
                version <= 0 ? Property.CONFIG_HISTORY : Property.LINEARIZABILITY,
                () -> CommandRules.describe(asked.command) + " made version " + version + ", but version "
                        + asked.newestAtCall + " was known before it was asked for.");
        Asked other = madeBy.putIfAbsent(version, asked);
        Violation.unless(
                other == null,
                Property.EXACTLY_ONCE,
                () -> "Two commands were told that they made version " + version + ": "
                        + (other == null ? "" : CommandRules.describe(other.command)) + " and "
                        + CommandRules.describe(asked.command) + ".");
        asked.version = version;
        newest = Math.max(newest, version);
    }

    // ---- in the end -----------------------------------------------------------------------------------------------

    /** All versions are known: each must follow from the one before by one command, and each command may be used once. */
    public void judgeHistory() {
        List<Asked> unknown = new ArrayList<>(changes.stream()
                .filter(asked -> asked.version < 0 && asked.mayHaveHappened)
                .toList());
        Violation.unless(
                versions.lastKey() >= newest,
                Property.CONFIG_HISTORY,
                () -> "A client was told of version " + newest + ", but no server holds a newer one than version "
                        + versions.lastKey() + ".");
        for (long version = 1; version <= versions.lastKey(); version++) {
            judge(version, unknown);
        }
        changes.stream().filter(asked -> !asked.mayHaveHappened).forEach(this::refusalHasAReason);
    }

    /** {@code unknown}: changes that may have made it; the one that did is removed. */
    private void judge(long version, List<Asked> unknown) {
        Config before = versions.get(version - 1);
        Config after = versions.get(version);
        Violation.unless(
                after != null,
                Property.CONFIG_HISTORY,
                () -> "There are versions up to " + versions.lastKey() + ", but nobody has ever held version " + version
                        + ".");
        Violation.unless(
                after.buckets().size() == before.buckets().size(),
                Property.CONFIG_HISTORY,
                () -> "Version " + version + " has another number of buckets than the one before.");
        Asked known = madeBy.get(version);
        if (known != null) {
            fits(before, known.command, after);
            return;
        }
        Asked guess = unknown.stream()
                .filter(asked -> explains(before, asked.command, after))
                .findFirst()
                .orElse(null);
        Violation.unless(
                guess != null,
                Property.EXACTLY_ONCE,
                () -> "No command is left that can have made version " + version + " out of the one before: "
                        + shown(before) + " became " + shown(after) + ". Was one executed twice?");
        unknown.remove(guess);
        fits(before, guess.command, after);
    }

    /** In at least one version that it may have met. */
    private void refusalHasAReason(Asked refused) {
        for (long version = refused.newestAtCall; version <= versions.lastKey(); version++) {
            if (CommandRules.groupsAfter(versions.get(version), refused.command).isEmpty()) {
                return;
            }
        }
        throw new Violation(
                Property.LINEARIZABILITY,
                CommandRules.describe(refused.command) + " was refused, but makes sense in every version from "
                        + refused.newestAtCall + " on: was it executed before, or judged by an old version?");
    }

    private void fits(Config before, ConfigCommand command, Config after) {
        String what = CommandRules.describe(command) + ", which made version " + after.version() + ",";
        Map<Long, List<Address>> groups = CommandRules.groupsAfter(before, command)
                .orElseThrow(() -> new Violation(
                        Property.PROTOCOL,
                        what + " makes no sense and must be refused: the version before was " + shown(before) + "."));
        Violation.unless(
                after.groups().equals(groups),
                Property.LINEARIZABILITY,
                () -> what + " leads to the groups " + groups + ", but they are " + after.groups() + ".");
        Optional<List<Long>> buckets = CommandRules.bucketsAfter(before, command);
        Violation.unless(
                buckets.isEmpty() || after.buckets().equals(buckets.get()),
                Property.CONFIG_MINIMAL_MOVES,
                () -> what
                        + (command.hasMove()
                                ? " gives one bucket to one group and changes nothing else: "
                                : " moves nothing: ")
                        + shown(before) + " became " + shown(after) + ".");
        if (buckets.isEmpty()) {
            Spread.judge(before.buckets(), after.groups().keySet(), after.buckets(), what);
        }
    }

    /** Whether {@code command} can have led from {@code before} to {@code after}; how buckets are spread is judged apart. */
    private static boolean explains(Config before, ConfigCommand command, Config after) {
        return CommandRules.groupsAfter(before, command)
                .filter(groups -> after.groups().equals(groups))
                .filter(groups -> CommandRules.bucketsAfter(before, command)
                        .filter(buckets -> !after.buckets().equals(buckets))
                        .isEmpty())
                .isPresent();
    }

    /** A configuration in a message. */
    static String shown(Config config) {
        String json = ConfigJson.write(config);
        return json.length() <= 400 ? json : json.substring(0, 400) + "…";
    }
}
