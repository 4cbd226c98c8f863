// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs real processes under faults, and judges them. */
@Command(
        name = "live",
        description = "Run the system as processes, do harm to them, and check what clients are told.",
        mixinStandardHelpOptions = true,
        subcommands = {LiveLab2Command.class, LiveLab4Command.class})
final class LiveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say which lab's system to run: ./lab live lab2 or ./lab live lab4");
    }
}
