// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.config.WrongNumberOfBucketsException;
import io.multiraft.grader.load.CodeUnderTest;
import io.multiraft.host.HostListener;
import io.multiraft.node.Address;
import io.multiraft.node.TodoException;
import io.multiraft.node.TraceEvent;
import io.multiraft.raft.RaftEvent;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells people what happens to a node, a line each. */
final class NodeLines implements HostListener {
    private final String name;
    private final boolean traced;
    private final Consumer<String> out;
    private final Consumer<String> err;
    private Class<?> lastKind = Void.class;

    /**
     * Lines about the node {@code name}.
     *
     * @param traced whether all that it tells about itself is printed, and not only who leads
     */
    NodeLines(String name, boolean traced, Consumer<String> out, Consumer<String> err) {
        this.name = name;
        this.traced = traced;
        this.out = out;
        this.err = err;
    }

    @Override
    public void traced(Address node, long nowMicros, TraceEvent event) {
        Optional<String> text = traced ? Optional.of(event.toString()) : news(event);
        text.ifPresent(said -> out.accept(
                LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " " + name + " " + said));
    }

    /** Who has nobody to vote for it stands for election again and again: once is enough to say so. */
    private Optional<String> news(TraceEvent event) {
        Optional<String> text = inWords(event);
        boolean repeated = text.isPresent() && event.getClass() == lastKind;
        lastKind = text.isPresent() ? event.getClass() : lastKind;
        return repeated ? Optional.empty() : text;
    }

    private static Optional<String> inWords(TraceEvent event) {
        if (event instanceof RaftEvent.BecameLeader leader) {
            return Optional.of("leads in term " + leader.term());
        } else if (event instanceof RaftEvent.BecameFollower follower) {
            return Optional.of("follows in term " + follower.term() + ": " + follower.reason());
        } else if (event instanceof RaftEvent.BecameCandidate candidate) {
            return Optional.of("stands for election in term " + candidate.term());
        } else if (event instanceof RaftEvent.InstalledSnapshot snapshot) {
            return Optional.of("has taken over a snapshot up to index " + snapshot.lastIncludedIndex());
        }
        return Optional.empty();
    }

    @Override
    public void failed(Address node, String during, Throwable cause) {
        if (cause instanceof TodoException todo) {
            err.accept(
                    name + " has stopped at " + during + ", as step " + todo.getMessage() + " (still to be written)");
            return;
        }
        if (cause instanceof WrongNumberOfBucketsException wrong) {
            err.accept(name + " has stopped: " + wrong.getMessage());
            return;
        }
        err.accept(name + " has stopped: " + during + " failed: " + cause
                + CodeUnderTest.place(List.of(cause.getStackTrace())));
    }
}
