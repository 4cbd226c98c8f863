// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import static io.multiraft.grader.tests.KvCluster.command;
import static io.multiraft.grader.tests.RaftScript.entry;

import io.multiraft.grader.campaign.WireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.ScriptedPeer.Incoming;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.KvCluster;
import io.multiraft.grader.tests.KvTrial;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.grader.tests.RaftTrial;
import io.multiraft.grader.tests.ServiceScript;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Linearizable reads without log writes: ReadIndex in Raft, and what the service makes of it. */
final class Lab2ReadTests {
    private static final Duration SHORTLY = Duration.ofMillis(300);

    private static final String PROOF =
            "ReadIndex: a leader answers when a majority has confirmed, to something sent after the read came, that it leads.";

    private static final String OWN_TERM =
            "ReadIndex: a leader answers when it has committed an entry of its own term, and knows what is committed.";

    // ---- Raft, alone among peers played by hand -------------------------------------------------------------------

    /** Becomes leader of all, with one entry of its term committed. */
    private static long established(RaftScript n1) {
        n1.becomeLeader();
        Optional<RaftHarness.Accepted> accepted = n1.propose("x");
        n1.expect(accepted.isPresent(), "Leaders 2: a leader accepts commands.", "n1 refused one");
        long index = accepted.get().index();
        for (int peer = 2; peer <= 5; peer++) {
            n1.confirm(n1.awaitEntries(peer, "its entry", any -> RaftScript.lastIndex(any) >= index));
        }
        n1.run(Duration.ofMillis(10));
        n1.forgetRequests();
        return index;
    }

    private static Incoming<AppendEntriesRequest> fresh(RaftScript n1, int peer) {
        return n1.awaitEntries(peer, "an AppendEntries, to ask whether it still leads", any -> true);
    }

    @Graded(step = "2D", points = 1, title = "a leader proves to each read that it still leads", runs = 3)
    void aLeaderProvesToEachReadThatItStillLeads(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        long committed = established(n1);
        RaftScript.Read read = n1.read();
        n1.run(Duration.ofMillis(2));
        Incoming<AppendEntriesRequest> toN2 = fresh(n1, 2);
        for (int copy = 0; copy < 3; copy++) {
            n1.confirm(toN2);
        }
        for (int i = 0; i < 10; i++) {
            n1.run(Duration.ofMillis(30));
            n1.takeEntries(2, any -> true).ifPresent(n1::confirm);
        }
        n1.expect(
                !read.isReady(),
                Property.LINEARIZABILITY,
                PROOF,
                "n1 answered when only n2 had, again and again, in a group of 5");
        n1.confirm(fresh(n1, 3));
        n1.run(SHORTLY);
        n1.expect(
                read.isReady(),
                Property.LIVENESS,
                PROOF,
                "n1 did not answer although n2 and n3 have confirmed: " + read.answer());
        n1.expect(
                read.index() >= committed,
                Property.LINEARIZABILITY,
                "ReadIndex: the index covers all that was committed before the read.",
                "n1 answered " + read.index() + " although " + committed + " was committed");
    }

    @Graded(step = "2D", points = 1, title = "what was sent before a read came proves nothing to it", runs = 3)
    void whatWasSentBeforeAReadCameProvesNothingToIt(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        established(n1);
        List<Incoming<AppendEntriesRequest>> before = new ArrayList<>();
        for (int peer = 2; peer <= 5; peer++) {
            before.add(n1.awaitEntries(peer, "a heartbeat", any -> true));
        }
        // a former read leaves a round behind, whose messages are answered late as well
        RaftScript.Read earlier = n1.read();
        n1.run(Duration.ofMillis(2));
        for (int peer = 2; peer <= 5; peer++) {
            before.add(fresh(n1, peer));
        }
        RaftScript.Read meanwhile = n1.read();
        n1.run(Duration.ofMillis(2));
        n1.confirm(before.get(4));
        n1.confirm(before.get(5));
        n1.run(Duration.ofMillis(5));
        n1.expect(earlier.isReady(), Property.LIVENESS, PROOF, "n1 did not answer although n2 and n3 have confirmed");
        n1.expect(
                !meanwhile.isReady(),
                Property.LINEARIZABILITY,
                PROOF,
                "n1 answered a read that came when the round under way had begun, and all confirmations were to older"
                        + " messages");
        RaftScript.Read read = n1.read();
        n1.run(Duration.ofMillis(2));
        before.forEach(n1::confirm);
        n1.run(Duration.ofMillis(20));
        n1.expect(
                !read.isReady(),
                Property.LINEARIZABILITY,
                PROOF,
                "n1 answered when nobody had confirmed anything but what was sent before the read came");
        for (int i = 0; i < 10 && !(read.isReady() && meanwhile.isReady()); i++) {
            n1.run(Duration.ofMillis(30));
            for (int peer = 2; peer <= 5; peer++) {
                n1.takeEntries(peer, any -> true).ifPresent(n1::confirm);
            }
        }
        n1.expect(
                read.isReady() && meanwhile.isReady(),
                Property.LIVENESS,
                PROOF,
                "n1 did not answer two reads that came while others were under way, although everybody confirms everything");
    }

    @Graded(step = "2D", points = 1, title = "what was sent in an older term proves nothing to a read", runs = 3)
    void whatWasSentInAnOlderTermProvesNothingToARead(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        long index = established(n1);
        long oldTerm = n1.leaderTerm();
        List<Incoming<AppendEntriesRequest>> old = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            n1.read();
            n1.run(Duration.ofMillis(2));
            for (int peer = 2; peer <= 5; peer++) {
                old.add(fresh(n1, peer));
            }
            // two confirm, so that the next read begins another round
            n1.confirm(old.get(4 * round));
            n1.confirm(old.get(4 * round + 1));
            n1.run(Duration.ofMillis(2));
        }
        n1.append(5, oldTerm + 1, index, oldTerm, index);
        long term = n1.becomeLeader();
        n1.propose("y");
        for (int i = 0; i < 20; i++) {
            n1.run(Duration.ofMillis(10));
            for (int peer = 2; peer <= 5; peer++) {
                n1.takeEntries(peer, any -> any.getTerm() == term).ifPresent(n1::confirm);
            }
        }
        n1.expect(n1.applied() > index, "Leaders 4: what a majority holds is committed.", "n1 has not committed y");
        n1.forgetRequests();
        RaftScript.Read read = n1.read();
        n1.run(Duration.ofMillis(2));
        AppendEntriesReply refusal =
                AppendEntriesReply.newBuilder().setTerm(term).build();
        old.forEach(request -> n1.answer(request, refusal));
        n1.run(Duration.ofMillis(20));
        n1.expect(
                !read.isReady(),
                Property.LINEARIZABILITY,
                PROOF,
                "n1 answered in term " + term + " when it had heard of nobody but what answered requests of term "
                        + oldTerm);
    }

    @Graded(step = "2D", points = 1, title = "a new leader first commits an entry of its term", runs = 3)
    void aNewLeaderFirstCommitsAnEntryOfItsTerm(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        // n2 has committed both entries, and n1 has heard of the first only
        n1.append(2, 1, 0, 0, 1, entry(1, "known"), entry(1, "not known"));
        n1.becomeLeader();
        RaftScript.Read read = n1.read();
        for (int i = 0; i < 10; i++) {
            n1.run(Duration.ofMillis(30));
            for (int peer = 2; peer <= 5; peer++) {
                // they agree to its leadership, and what brings entries is lost on its way
                n1.takeEntries(peer, any -> any.getEntriesCount() == 0 && RaftScript.lastIndex(any) <= 2)
                        .ifPresent(n1::confirm);
            }
            n1.expect(
                    !read.isReady(),
                    Property.LINEARIZABILITY,
                    OWN_TERM,
                    "n1 answered " + read.index() + " in its new term, before anything of that term was committed");
        }
        n1.forgetRequests();
        for (int i = 0; i < 20 && !read.isReady(); i++) {
            n1.run(Duration.ofMillis(30));
            for (int peer = 2; peer <= 5; peer++) {
                n1.takeEntries(peer, any -> true).ifPresent(n1::confirm);
            }
        }
        n1.expect(
                read.isReady(),
                Property.LIVENESS,
                OWN_TERM + " Without a command of a client it appends an empty entry of its own.",
                "n1 did not answer although everybody confirms everything: " + read.answer());
        n1.expect(read.index() >= 2, Property.LINEARIZABILITY, OWN_TERM, "n1 answered " + read.index());
    }

    @Graded(step = "2D", points = 1, title = "who does not lead says so to reads", runs = 2)
    void whoDoesNotLeadSaysSoToReads(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        n1.append(3, 1, 0, 0, 0);
        RaftScript.Read atFollower = n1.read();
        n1.run(Duration.ofMillis(20));
        n1.expect(
                atFollower.answer().equals(Optional.of(new ReadIndex.NotLeader(Optional.of(new Address("n3"))))),
                Property.LIVENESS,
                "ReadIndex: a follower points at the leader.",
                "n1, which follows n3, answered " + atFollower.answer());
        long term = n1.becomeLeader();
        RaftScript.Read waiting = n1.read();
        n1.run(Duration.ofMillis(20));
        n1.append(4, term + 1, 0, 0, 0);
        n1.run(Duration.ofMillis(20));
        n1.expect(
                waiting.answer().orElse(null) instanceof ReadIndex.NotLeader,
                waiting.isReady() ? Property.LINEARIZABILITY : Property.LIVENESS,
                "ReadIndex: who is deposed tells the reads that wait.",
                "n4 leads term " + (term + 1) + " now, and n1 answered " + waiting.answer());

        RaftScript alone = trial.script(1);
        alone.run(Duration.ofSeconds(1));
        RaftScript.Read read = alone.read();
        alone.run(Duration.ofMillis(100));
        alone.expect(
                read.isReady(),
                Property.LIVENESS,
                "ReadIndex: in a group of one the leader is a majority.",
                "n1 answered " + read.answer());
    }

    // ---- the service on it ----------------------------------------------------------------------------------------

    @Graded(step = "2D", points = 1, title = "a read waits until everything before it is applied", runs = 3)
    void aReadWaitsUntilEverythingBeforeItIsApplied(KvTrial trial) {
        ServiceScript n1 = trial.serviceScript();
        ServiceScript.Question first = n1.ask(command(Operation.PUT, "k", "1"));
        n1.run(Duration.ofMillis(5));
        n1.apply(1);
        n1.expect(first.answer().isPresent(), Property.LIVENESS, "a command that is applied is answered");
        n1.ask(command(Operation.PUT, "k", "2"));
        n1.run(Duration.ofMillis(5));
        n1.ask(command(Operation.PUT, "k", "3"));
        ServiceScript.Question read = n1.ask(command(Operation.GET, "k", ""));
        ServiceScript.Question another = n1.ask(command(Operation.GET, "k", ""));
        n1.run(Duration.ofMillis(5));
        n1.confirmReads();
        n1.expect(
                read.answer().isEmpty(),
                Property.LINEARIZABILITY,
                "the read needs index 3, of which only 1 is applied, so it waits; but it was answered "
                        + read.answer()
                                .map(KvReply::getValue)
                                .map(Object::toString)
                                .orElse(""));
        n1.apply(1);
        n1.expect(read.answer().isEmpty(), Property.LINEARIZABILITY, "the read needs index 3, and only 2 is applied");
        n1.apply(1);
        n1.expect(
                read.answer().isPresent()
                        && read.answer().get().getValue().toStringUtf8().equals("3"),
                read.answer().isPresent() ? Property.LINEARIZABILITY : Property.LIVENESS,
                "the read is answered as soon as index 3 is applied, with its value");
        n1.expect(
                another.answer().isPresent(),
                Property.LIVENESS,
                "all reads that wait for index 3 are answered when it is applied");
        n1.appendOwnEntry();
        ServiceScript.Question last = n1.ask(command(Operation.GET, "k", ""));
        n1.run(Duration.ofMillis(5));
        n1.confirmReads();
        n1.apply(1);
        n1.expect(
                last.answer().isPresent(),
                Property.LIVENESS,
                "the read needs index 4, which is an entry of the leader's own, and that is applied");
    }

    @Graded(step = "2D", points = 1, title = "reads write nothing and take one round", runs = 3)
    void readsWriteNothingAndTakeOneRound(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        KvCluster.Client client = cluster.onceClient();
        int leader = cluster.awaitLeader();
        client.put("k", "1");
        client.get("k");
        cluster.awaitSameState();
        long committed = cluster.committed();
        long bytes = cluster.raftStateBytes(leader);
        Duration begin = cluster.now();
        for (int i = 0; i < 50; i++) {
            client.expectValue("k", "1", Property.LINEARIZABILITY, "nobody has changed it");
        }
        long millis = cluster.now().minus(begin).toMillis() / 50;
        cluster.expect(
                cluster.committed() == committed && cluster.raftStateBytes(leader) == bytes,
                Property.SIZE_BUDGET,
                "reads go without the log, but after 50 of them index " + committed + " has become "
                        + cluster.committed() + " and n" + leader + " holds " + cluster.raftStateBytes(leader)
                        + " bytes instead of " + bytes);
        cluster.expect(
                millis <= 20,
                Property.RPC_BUDGET,
                "a read takes a round trip to the leader and one to its followers, at most 20 ms, but took " + millis
                        + " ms on average: does it wait for the next heartbeat?");
        List<KvCluster.Client> readers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            readers.add(cluster.onceClient());
        }
        long requests = cluster.requests();
        List<KvCluster.Pending> pending = new ArrayList<>();
        readers.forEach(reader -> pending.add(reader.begin(command(Operation.GET, "k", ""))));
        cluster.await(Duration.ofSeconds(2), () -> pending.stream().allMatch(KvCluster.Pending::isDone));
        long sent = cluster.requests() - requests;
        cluster.expect(
                pending.stream().allMatch(KvCluster.Pending::isExecuted),
                Property.LIVENESS,
                "60 reads at once are answered while nothing fails");
        cluster.expect(
                sent <= 60 + 60 * 2 * 3,
                Property.RPC_BUDGET,
                "60 reads at once take at most a few requests to each of 2 followers, but " + sent + " were sent");
    }

    @Graded(
            step = "2D",
            points = 1,
            title = "a leader that slept, or whose clock is slow, shows nothing old",
            runs = 10)
    void aLeaderThatSleptOrWhoseClockIsSlowShowsNothingOld(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        KvCluster.Client client = cluster.client();
        client.put("k", "0");
        for (int round = 1; round <= 4; round++) {
            int old = cluster.awaitLeader();
            String before = Integer.toString(round - 1);
            client.expectValue("k", before, Property.LINEARIZABILITY, "it was put last");
            WireClient wire = cluster.wireClient(50 + round);
            List<KvReply> replies = new ArrayList<>();
            boolean asleep = round % 2 == 1;
            if (asleep) {
                cluster.setPaused(old, true);
            } else {
                cluster.setClockRate(old, 50);
                cluster.isolate(old);
            }
            wire.send(cluster.server(old), wire.request(1, command(Operation.GET, "k", "")), reply -> {});
            cluster.awaitLeader();
            client.put("k", Integer.toString(round));
            wire.send(cluster.server(old), wire.request(2, command(Operation.GET, "k", "")), replies::add);
            cluster.runMillis(200);
            if (asleep) {
                cluster.setPaused(old, false);
            } else {
                cluster.setClockRate(old, 1000);
                cluster.rejoin(old);
            }
            cluster.runMillis(1_500);
            cluster.expect(
                    replies.stream()
                            .noneMatch(reply -> reply.getError() == ErrorCode.OK
                                    && reply.getValue().toStringUtf8().equals(before)),
                    Property.LINEARIZABILITY,
                    "n" + old + (asleep ? " slept" : " was cut off with a slow clock") + " while " + round
                            + " was put, so a read that came after that finds " + round + " or no answer, not "
                            + before);
            cluster.awaitSameState();
        }
        cluster.expect(
                cluster.readIndexes() > 0,
                Property.SIZE_BUDGET,
                "reads ask Raft for a read index instead of going through the log");
    }
}
