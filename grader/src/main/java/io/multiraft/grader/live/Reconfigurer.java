// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.real.ConfigSession;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.node.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets groups join and leave, and moves buckets, one change after the other, with a thread of its own; the seed says which.
 * Who leaves goes on running, and joins again later. Some changes follow at once on the one before.
 */
final class Reconfigurer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Attempts of so many times {@link #PATIENCE}; then nobody answers. */
    private static final int ATTEMPTS = 60;

    private static final int PAUSE_MIN_MILLIS = 300;
    private static final int PAUSE_MAX_MILLIS = 4_000;

    /** Without any group nothing is served: not for long. */
    private static final int EMPTY_MAX_MILLIS = 1_000;

    private static final int AT_ONCE_PERMILLE = 250;
    private static final int MOVE_PERMILLE = 350;

    /** As against a leave, if both are possible. */
    private static final int JOIN_PERMILLE = 650;

    private final SortedMap<Long, List<Address>> groups;
    private final Diary diary;
    private final Witness witness;
    private final SimRandom luck;
    private final ConfigSession session;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;

    /** The latest configuration that is known. */
    private Config latest;

    /**
     * Nothing changes yet.
     *
     * @param configServers where clients find them
     * @param groups all that may join, by gid
     */
    Reconfigurer(
            List<Address> configServers,
            SortedMap<Long, List<Address>> groups,
            long seed,
            Diary diary,
            Witness witness) {
        this.groups = new TreeMap<>(groups);
        this.diary = diary;
        this.witness = witness;
        luck = SimRandom.of(seed, 0x434F4E46);
        session = ConfigSession.open(configServers, PATIENCE);
        for (String kind : List.of("join", "leave", "move", "migrations", "buckets-moved")) {
            counts.put(kind, 0L);
        }
        thread = new Thread(this::run, "reconfigurations");
        thread.setDaemon(true);
    }

    /** How often each kind of change was made, and how many of them gave buckets of one group to another, and how many. */
    synchronized Map<String, Long> counts() {
        return new LinkedHashMap<>(counts);
    }

    /** Changes begin. */
    void start() {
        thread.start();
    }

    /** Nothing changes any more; returns when no change is under way. */
    void stop() throws InterruptedException {
        done.countDown();
        thread.join();
    }

    @Override
    public void close() {
        done.countDown();
        thread.interrupt();
        session.close();
    }

    /** Lets all groups join that have not, unless a thread changes something else. */
    void joinAll() {
        find();
        while (!missing().isEmpty()) {
            execute(
                    "join",
                    ConfigCommands.join(missing()),
                    "join of " + missing().keySet());
        }
    }

    private void run() {
        try {
            find();
            while (!done.await(pauseMillis(), TimeUnit.MILLISECONDS)) {
                change();
            }
        } catch (Violation e) {
            witness.accuse(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the run is over
        }
    }

    private int pauseMillis() {
        if (luck.chance(AT_ONCE_PERMILLE)) {
            return 0;
        }
        return luck.nextInt(PAUSE_MIN_MILLIS, latest.groups().isEmpty() ? EMPTY_MAX_MILLIS : PAUSE_MAX_MILLIS);
    }

    private void change() {
        List<Long> joined = new ArrayList<>(latest.groups().keySet());
        SortedMap<Long, List<Address>> missing = missing();
        if (joined.size() > 1 && luck.chance(MOVE_PERMILLE)) {
            move(joined);
        } else if (joined.isEmpty() || (!missing.isEmpty() && luck.chance(JOIN_PERMILLE))) {
            join(missing);
        } else {
            leave(joined);
        }
    }

    private void join(SortedMap<Long, List<Address>> missing) {
        SortedMap<Long, List<Address>> joining = new TreeMap<>(missing);
        if (luck.chance(600)) {
            long only = new ArrayList<>(missing.keySet()).get(luck.nextInt(missing.size()));
            joining.keySet().retainAll(List.of(only));
        }
        boolean rebalance = latest.groups().isEmpty() || luck.chance(800);
        execute(
                "join",
                rebalance ? ConfigCommands.join(joining) : ConfigCommands.joinWithoutRebalance(joining),
                "join of " + joining.keySet() + (rebalance ? "" : " without rebalancing"));
    }

    private void leave(List<Long> joined) {
        boolean all = luck.chance(100);
        List<Long> leaving = all ? joined : List.of(joined.get(luck.nextInt(joined.size())));
        execute("leave", ConfigCommands.leave(leaving), "leave of " + leaving);
    }

    private void move(List<Long> joined) {
        int bucket = luck.nextInt(latest.buckets().size());
        List<Long> others = joined.stream()
                .filter(gid -> !gid.equals(latest.buckets().get(bucket)))
                .toList();
        long gid = others.get(luck.nextInt(others.size()));
        execute("move", ConfigCommands.move(bucket, gid), "move of bucket " + bucket + " to group " + gid);
    }

    private SortedMap<Long, List<Address>> missing() {
        SortedMap<Long, List<Address>> missing = new TreeMap<>(groups);
        missing.keySet().removeAll(latest.groups().keySet());
        return missing;
    }

    /** What has become of a command without an answer is found out by the next query; it may even take effect later. */
    private void execute(String kind, ConfigCommand command, String what) {
        ConfigResult result = session.execute(command);
        if (result instanceof ConfigResult.Refused refused) {
            diary.note(what + " is refused: " + refused.message());
        }
        Config before = latest;
        find();
        if (result instanceof ConfigResult.GaveUp gaveUp) {
            diary.note(what + ": " + gaveUp.reason() + "; version is " + latest.version());
        }
        if (latest.version() > before.version()) {
            count(kind, before, what);
        }
    }

    private synchronized void count(String kind, Config before, String what) {
        long moved = 0;
        for (int bucket = 0; bucket < latest.buckets().size(); bucket++) {
            long from = before.buckets().get(bucket);
            long to = latest.buckets().get(bucket);
            if (from != to && from != Config.NOBODY && to != Config.NOBODY) {
                moved++;
            }
        }
        counts.merge(kind, 1L, Long::sum);
        counts.merge("migrations", moved > 0 ? 1L : 0L, Long::sum);
        counts.merge("buckets-moved", moved, Long::sum);
        diary.note(what + ": version " + latest.version() + ", " + moved
                + (moved == 1 ? " bucket moves" : " buckets move"));
    }

    private void find() {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (session.execute(ConfigCommands.query(ConfigCommands.LATEST)) instanceof ConfigResult.Found found) {
                latest = found.config();
                return;
            }
        }
        throw new Violation(
                Property.LIVENESS,
                "No config server has told the configuration within " + ATTEMPTS * PATIENCE.toSeconds() + " s.");
    }
}
