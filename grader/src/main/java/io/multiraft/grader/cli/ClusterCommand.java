// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole cluster on this machine. */
@Command(
        name = "cluster",
        description = "Run a whole cluster on this machine, and see how one is.",
        mixinStandardHelpOptions = true,
        subcommands = {ClusterUpCommand.class, ClusterStatusCommand.class})
final class ClusterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do, for example: ./lab cluster up");
    }
}
