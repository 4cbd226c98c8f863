// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.tests.RaftScript;
import io.multiraft.raft.rpc.LogEntry;
import java.util.List;

/** A log of Figure 7, by the terms of its entries. */
final class Figure7 {

    /** The log of the leader of term 8. */
    static final Figure7 LEADER = new Figure7('-', 1, 1, 1, 4, 4, 5, 5, 6, 6, 6);

    /** The logs (a) to (f). */
    static final List<Figure7> FOLLOWERS = List.of(
            new Figure7('a', 1, 1, 1, 4, 4, 5, 5, 6, 6),
            new Figure7('b', 1, 1, 1, 4),
            new Figure7('c', 1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6),
            new Figure7('d', 1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7),
            new Figure7('e', 1, 1, 1, 4, 4, 4, 4),
            new Figure7('f', 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3));

    private final char letter;
    private final long[] terms;

    private Figure7(char letter, long... terms) {
        this.letter = letter;
        this.terms = terms;
    }

    /** As in the figure. */
    String label() {
        return "log (" + letter + ")";
    }

    /** Number of entries. */
    int length() {
        return terms.length;
    }

    /** The term of the entry at {@code index}; 0 if there is none. */
    long term(int index) {
        return index >= 1 && index <= terms.length ? terms[index - 1] : 0;
    }

    /** The terms of all entries. */
    long[] terms() {
        return terms.clone();
    }

    /** The entries. */
    LogEntry[] log() {
        return RaftScript.log(terms);
    }
}
