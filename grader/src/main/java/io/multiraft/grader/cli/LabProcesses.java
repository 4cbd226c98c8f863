// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that run {@code ./lab} like this one. */
final class LabProcesses {
    private static final int NATIVE_ACCESS_IS_ASKED_FOR = 24;

    private LabProcesses() {}

    /** Starts one, up to its arguments: with this Java and these classes, as the launcher would, but compiled less well. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= NATIVE_ACCESS_IS_ASKED_FOR) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto"));
        command.add("-Dlab.home=" + Lab.home());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Lab.class.getName()));
        return command;
    }
}
