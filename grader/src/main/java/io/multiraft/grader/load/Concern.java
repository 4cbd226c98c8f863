// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

/** Why code under test may not use something, and what it uses instead. */
enum Concern {
    CLOCK(false, "use context.nowMicros()"),
    CHANCE(false, "use context.random()"),
    IDENTITY(false, "it differs from run to run: give the class equals and hashCode"),
    STATICS(false, "static state outlives a crash and is shared by all nodes: make it a field"),
    MACHINE(false, "it differs from machine to machine: a node knows its configuration and its context only"),
    THREADS(true, "a node has one event loop and no threads: use context.setTimer and replies"),
    WAITING(true, "a handler never waits: use context.setTimer, or the reply's callback"),
    COLLECTOR(true, "when the garbage collector comes differs from run to run: do it in an event"),
    FILES(true, "a node has no files: use context.storage()"),
    NETWORK(true, "a node reaches others with context.call and services.handle only"),
    PROCESS(true, "the process and its settings belong to the program around the node"),
    REFLECTION(true, "a node's code calls methods and makes objects itself, without reflection"),
    OUTSIDE(true, "a node reaches the world through its context only; to print, use context.trace or System.out");

    private final boolean forbidden;
    private final String instead;

    Concern(boolean forbidden, String instead) {
        this.forbidden = forbidden;
        this.instead = instead;
    }

    /** Whether code that does this is not even run: it could harm the machine, other tests or the grading. */
    boolean isForbidden() {
        return forbidden;
    }

    /** What to use instead, in a few words. */
    String instead() {
        return instead;
    }
}
