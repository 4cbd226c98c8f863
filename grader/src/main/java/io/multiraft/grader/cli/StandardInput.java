// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.io.IOException;
import java.io.InputStream;

/** What this process is fed with by whoever started it. */
final class StandardInput {
    private StandardInput() {}

    /** Ends this process, orderly and with {@code exitCode}, when its standard input ends or fails. Returns at once. */
    static void exitAtItsEnd(int exitCode) {
        Thread reader = new Thread(
                () -> {
                    skip(System.in);
                    System.exit(exitCode);
                },
                "standard input");
        reader.setDaemon(true);
        reader.start();
    }

    private static void skip(InputStream input) {
        byte[] ignored = new byte[1024];
        try {
            while (input.read(ignored) >= 0) {
                // nobody has anything to tell
            }
        } catch (IOException e) {
            // whoever fed it is gone, which is the same as its end
        }
    }
}
