// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one server of the real system in this process. */
@Command(
        name = "server",
        description = "Run one server of the real system until Ctrl-C.",
        mixinStandardHelpOptions = true,
        subcommands = {ServerKvCommand.class, ServerConfigCommand.class, ServerShardCommand.class})
final class ServerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say which kind of server, for example: ./lab server kv");
    }
}
