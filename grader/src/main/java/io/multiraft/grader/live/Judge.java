// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.history.KvModel;
import io.multiraft.grader.check.history.Verdict;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.real.StatusCheck;
import io.multiraft.kv.KvResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Judges a system that all faults have been taken from: it must serve again, and have lost nothing. */
final class Judge {
    private static final long PROBE_EVERY_MILLIS = 100;

    private static final String FIRST_KEY = "k0.0";

    private final Deployment servers;
    private final KvClients clients;
    private final Witness witness;
    private final long patienceSeconds;

    /**
     * A judge of all that {@code witness} has seen.
     *
     * @param patienceSeconds for the system to serve, and for a server to catch up
     */
    Judge(Deployment servers, KvClients clients, Witness witness, long patienceSeconds) {
        this.servers = servers;
        this.clients = clients;
        this.witness = witness;
        this.patienceSeconds = patienceSeconds;
    }

    /** Waits until somebody answers; throws a {@link Violation} if nobody does. */
    void awaitService() throws InterruptedException {
        valueOf(FIRST_KEY);
    }

    /** Throws a {@link Violation} if a key cannot be read, or lacks what was acknowledged. */
    void readEverything() throws InterruptedException {
        for (String key : witness.keys()) {
            Optional<String> value = valueOf(key);
            if (key.startsWith(KvRecord.TOKENS)) {
                witness.record().nothingIsLost(key, value);
            }
        }
    }

    private Optional<String> valueOf(String key) throws InterruptedException {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
        Optional<KvResult> result = clients.read(key);
        while (result.isEmpty()) {
            witness.violation().ifPresent(found -> {
                throw found;
            });
            if (System.nanoTime() > giveUpAt) {
                throw new Violation(
                        Property.LIVENESS,
                        "All servers run and all links work since " + patienceSeconds
                                + " s, but nobody answers a read: " + status() + ".");
            }
            Thread.sleep(PROBE_EVERY_MILLIS);
            result = clients.read(key);
        }
        return witness.record().lastFound();
    }

    /** Throws a {@link Violation} if a server does not apply what its group has committed. */
    void allCatchUp() throws InterruptedException {
        for (Fleet group : servers.groups()) {
            allCatchUp(group);
        }
    }

    private void allCatchUp(Fleet group) throws InterruptedException {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
        while (!haveCaughtUp(group.status())) {
            if (System.nanoTime() > giveUpAt) {
                throw new Violation(
                        Property.LIVENESS,
                        "All servers run and all links work since " + patienceSeconds
                                + " s, but one has not applied what is committed: " + inWords(group) + ".");
            }
            Thread.sleep(PROBE_EVERY_MILLIS);
        }
    }

    private static boolean haveCaughtUp(List<StatusCheck.Found> servers) {
        if (!servers.stream().allMatch(StatusCheck.Found::reachable)) {
            return false;
        }
        long committed =
                servers.stream().mapToLong(StatusCheck.Found::commitIndex).max().orElse(0);
        return servers.stream().allMatch(each -> each.lastApplied() >= committed);
    }

    private String status() {
        return String.join("; ", servers.groups().stream().map(Judge::inWords).toList());
    }

    private static String inWords(Fleet group) {
        return String.join("; ", group.status().stream().map(Judge::inWords).toList());
    }

    private static String inWords(StatusCheck.Found found) {
        return found.reachable()
                ? found.server() + " is " + found.role() + " in term " + found.term() + ", log "
                        + found.firstIndex() + ".." + found.lastIndex() + ", committed " + found.commitIndex()
                        + ", applied " + found.lastApplied()
                : found.address() + " does not answer";
    }

    /** Whether the whole history fits an order that respects real time. */
    Verdict<KvModel.Input, KvModel.Output> history() {
        return witness.record().verdict();
    }
}
