// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import java.util.Map;

/** What is run, besides faults and clients: the servers of a lab, and what only they need. */
interface LiveSystem extends AutoCloseable {

    /** Makes a system that does not run yet. */
    @FunctionalInterface
    interface Factory {
        /** For a run that notes what happens in {@code diary}, keeps files in {@code evidence} and has {@code witness}. */
        LiveSystem create(LiveSetup setup, LivePlan plan, Evidence evidence, Diary diary, Witness witness);
    }

    /** Its servers. */
    Deployment servers();

    /** A client that is not started yet. */
    KvClient client(KvClientOptions options);

    /** How many keys of each kind clients use at a time. */
    int keys();

    /** All servers are ready: brings the system to serve. Throws a {@link io.multiraft.grader.check.Violation} if it cannot. */
    void prepare() throws InterruptedException;

    /** From now on it changes, if it is of a kind that does. */
    void changesBegin();

    /** It changes no more; returns when no change is under way. Has no effect if it did not change. */
    void changesEnd() throws InterruptedException;

    /**
     * All faults are taken back, and nobody asks any more: it must come to rest. Throws a
     * {@link io.multiraft.grader.check.Violation} if it does not.
     *
     * @param patienceSeconds for each thing to wait for
     */
    void settle(long patienceSeconds) throws InterruptedException;

    /** How often it has changed in which way; empty if it is not of a kind that does. */
    Map<String, Long> changes();

    /** Ends everything, whatever state it is in. */
    @Override
    void close();
}
