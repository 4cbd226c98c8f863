// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.history.Clock;
import io.multiraft.grader.check.history.KvModel;
import io.multiraft.grader.check.history.Verdict;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.shard.ShardClientFactory;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A run of a system of servers, as processes, under faults. It ends in bounded time, and with it all that it has started,
 * whatever happens.
 */
public final class LiveRun {
    private static final int CLIENTS = 8;

    /** For a process to start, a system to serve again, a server to catch up: enough on any machine. */
    private static final long PATIENCE_SECONDS = 300;

    /** A run that takes so many times as long as it was planned for, and {@link #LIMIT_SECONDS} more, is given up. */
    private static final long LIMIT_FACTOR = 10;

    private static final long LIMIT_SECONDS = 1_800;

    private final String lab;
    private final LiveSetup setup;
    private final LivePlan plan;
    private final Diary diary;
    private final Evidence evidence;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Witness witness;
    private final LiveSystem system;
    private final Deployment servers;
    private final FaultPlayer player;

    /** Whether clients ask. */
    private boolean traffic;

    /** Why the run says nothing about the code, if so. */
    private Optional<String> unjudged = Optional.empty();

    /** Who has set it brings the run to its end: the run itself, or the end of this program. */
    private final AtomicBoolean over = new AtomicBoolean();

    private LiveRun(String lab, int groups, LiveSystem.Factory factory, LiveSetup setup, PrintWriter out) {
        this.lab = lab;
        this.setup = setup;
        this.plan = LivePlan.draw(setup.seed(), setup.seconds(), groups);
        this.diary = new Diary(out);
        this.evidence = Evidence.in(setup.parent(), lab + "-seed-" + setup.seed());
        this.witness = new Witness(diary, stop);
        this.system = factory.create(setup, plan, evidence, diary, witness);
        this.servers = system.servers();
        this.player = new FaultPlayer(servers, diary, PATIENCE_SECONDS, stop);
    }

    /**
     * Runs the key-value store of lab 2.
     *
     * @param out gets a line for all that happens
     * @throws IllegalStateException if it takes longer than any machine should need, or if the caller's thread is
     *     interrupted
     */
    public static LiveReport lab2(KvClientFactory clients, LiveSetup setup, PrintWriter out) {
        LiveSystem.Factory system = (how, plan, evidence, diary, witness) -> new KvSystem(clients, how, plan, evidence);
        return new LiveRun("lab2", 1, system, setup, out).run();
    }

    /** Runs the sharded store of lab 4 likewise. */
    public static LiveReport lab4(ShardClientFactory clients, LiveSetup setup, PrintWriter out) {
        LiveSystem.Factory system =
                (how, plan, evidence, diary, witness) -> new ShardSystem(clients, how, plan, evidence, diary, witness);
        return new LiveRun("lab4", ShardSystem.FLEETS, system, setup, out).run();
    }

    private LiveReport run() {
        evidence.keep(plan);
        Thread hook = new Thread(this::abandon, "end of live run");
        Runtime.getRuntime().addShutdownHook(hook);
        TimeLimit limit = TimeLimit.of(Thread.currentThread(), LIMIT_FACTOR * setup.seconds() + LIMIT_SECONDS);
        try (limit;
                KvClients clients = new KvClients(system, CLIENTS, setup.seed(), witness, diary)) {
            Judge judge = new Judge(servers, clients, witness, PATIENCE_SECONDS);
            try {
                goThrough(clients, judge);
            } catch (Violation e) {
                witness.accuse(e);
            } catch (NotReadyException e) {
                diary.note(e.getMessage());
                unjudged = Optional.of(e.getMessage());
            }
            stop(clients);
            return conclude(judge.history());
        } catch (InterruptedException e) {
            throw new IllegalStateException(
                    "the run has not come to its end within " + limit.seconds() + " s; see " + evidence.folder(), e);
        } finally {
            claimTheEnd();
            system.close();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void goThrough(KvClients clients, Judge judge) throws InterruptedException {
        requireNone(servers.start(PATIENCE_SECONDS));
        system.prepare();
        judge.awaitService();
        diary.note("servers " + String.join(", ", servers.names()) + " serve, " + leaders() + "; " + CLIENTS
                + " clients begin");
        traffic = true;
        witness.trafficBegins();
        clients.start();
        system.changesBegin();
        requireNone(player.play(plan));
        requireNone(servers.ownEnd());
        player.mendAll();
        requireNone(servers.awaitReady(PATIENCE_SECONDS));
        diary.note("all servers run, all links work");
        stop(clients);
        if (witness.violation().isEmpty()) {
            system.settle(PATIENCE_SECONDS);
            judge.readEverything();
            judge.allCatchUp();
        }
    }

    private void stop(KvClients clients) throws InterruptedException {
        if (traffic) {
            traffic = false;
            system.changesEnd();
            clients.stop();
            witness.trafficEnds();
        }
    }

    private String leaders() {
        List<String> leaders = servers.groups().stream()
                .map(group -> group.leader().orElse("?"))
                .toList();
        return leaders.size() == 1 ? "server " + leaders.get(0) + " leads" : String.join(", ", leaders) + " lead";
    }

    private static void requireNone(Optional<String> problem) {
        problem.ifPresent(facts -> {
            throw new Violation(Property.CRASH, "A server does not run as it should. " + facts);
        });
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private LiveReport conclude(Verdict<KvModel.Input, KvModel.Output> verdict) {
        Optional<Violation> found = witness.violation();
        LiveReport.Outcome outcome = LiveReport.Outcome.PASSED;
        String property = null;
        String message = null;
        if (found.isPresent()) {
            outcome = LiveReport.Outcome.VIOLATED;
            property = found.get().property().name();
            message = found.get().getMessage();
        } else if (verdict instanceof Verdict.Violation<KvModel.Input, KvModel.Output> violation) {
            outcome = LiveReport.Outcome.VIOLATED;
            property = Property.LINEARIZABILITY.name();
            message = violation.explanation();
        } else if (unjudged.isPresent()) {
            outcome = LiveReport.Outcome.UNDECIDED;
            message = unjudged.get();
        } else if (verdict instanceof Verdict.Undecided<KvModel.Input, KvModel.Output> undecided) {
            outcome = LiveReport.Outcome.UNDECIDED;
            message = "It could not be decided whether the history is linearizable: "
                    + undecided.explanation(Clock.MICROSECONDS) + ".";
        }
        boolean passed = outcome == LiveReport.Outcome.PASSED;
        LiveReport.Failure failure = passed
                ? null
                : new LiveReport.Failure(property, message, evidence.folder().toString());
        LiveReport report = report(outcome, failure);
        system.close();
        if (passed) {
            evidence.remove();
        } else {
            keepEvidence(verdict);
        }
        return report;
    }

    private LiveReport report(LiveReport.Outcome outcome, LiveReport.Failure failure) {
        return new LiveReport(
                lab,
                setup.seed(),
                setup.seconds(),
                setup.layers(),
                diary.nowMicros() / 1e6,
                witness.asked(),
                witness.record().answered(),
                witness.gaveUp(),
                player.counts(),
                system.changes().isEmpty() ? null : system.changes(),
                witness.longestSilenceMicros() / 1e6,
                witness.longestSilenceFromMicros() / 1e6,
                outcome,
                failure);
    }

    private void keepEvidence(Verdict<KvModel.Input, KvModel.Output> verdict) {
        evidence.keep(diary);
        evidence.keep(witness.record().history(), verdict);
    }

    /** The program ends, by Ctrl-C perhaps: nothing that was started may outlive it. */
    private void abandon() {
        if (over.compareAndSet(false, true)) {
            system.close();
            evidence.keep(diary);
            diary.note("given up; schedule, logs and data directories are in " + evidence.folder());
        }
    }

    /** If the program is about to end there is nothing left to say: its end comes before anything else. */
    private void claimTheEnd() {
        while (!over.compareAndSet(false, true)) {
            LockSupport.park(this);
        }
    }
}
