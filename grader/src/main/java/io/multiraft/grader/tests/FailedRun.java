// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

/** Says below the stack trace of a failure which run it was, and how to repeat it. Thrown by nobody. */
final class FailedRun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedRun(String test, long seed) {
        super(
                "seed " + seed + "; ./lab replay --test " + test + " --seed " + seed + " shows it, and -Dlab.run="
                        + seed + " repeats it alone",
                null,
                false,
                false);
    }
}
