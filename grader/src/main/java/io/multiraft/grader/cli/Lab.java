// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.ImplementationException;
import io.multiraft.grader.real.CannotRunException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lab}. Exit codes: 0 all well, 1 points lost, 2 wrong usage, 3 the grader itself failed. */
@Command(
        name = "lab",
        description = "Build a sharded, replicated key-value store step by step, and have every step judged.",
        mixinStandardHelpOptions = true,
        versionProvider = Lab.Version.class,
        subcommands = {
            GradeCommand.class,
            ReplayCommand.class,
            TestsCommand.class,
            MutantsCommand.class,
            SkeletonCommand.class,
            CheckCommand.class,
            ServerCommand.class,
            KvCommand.class,
            ClusterCommand.class,
            BenchCommand.class,
            LiveCommand.class
        })
public final class Lab implements Callable<Integer> {
    /** All well. */
    static final int OK = 0;
    /** Points were lost, or the code does not compile. */
    static final int POINTS_LOST = 1;
    /** The command was used in a wrong way. */
    static final int USAGE = 2;
    /** The grader itself failed. */
    static final int BROKEN = 3;

    @Spec
    private CommandSpec spec;

    /** Entry point. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command and returns its exit code. */
    static int run(String... args) {
        CommandLine commandLine = new CommandLine(new Lab());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((exception, command, result) -> failed(exception, command));
        commandLine.setParameterExceptionHandler((exception, arguments) -> misused(exception));
        return commandLine.execute(args);
    }

    private static int failed(Exception exception, CommandLine command) {
        if (exception instanceof ImplementationException implementation) {
            command.getErr().println(implementation.getMessage());
            return implementation.kind() == ImplementationException.Kind.CODE ? POINTS_LOST : USAGE;
        } else if (exception instanceof CannotRunException
                || (exception instanceof IllegalArgumentException && isOurs(exception))) {
            command.getErr().println("lab: " + exception.getMessage());
            return USAGE;
        }
        command.getErr().println("lab: the grader failed: " + exception);
        exception.printStackTrace(command.getErr());
        return BROKEN;
    }

    /** Whether our own code complains of an argument; what a library complains of is a mistake in ours. */
    private static boolean isOurs(Exception exception) {
        StackTraceElement[] trace = exception.getStackTrace();
        return trace.length > 0 && trace[0].getClassName().startsWith("io.multiraft.");
    }

    private static int misused(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        command.getErr()
                .println("lab: " + exception.getMessage() + "; see ./"
                        + command.getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    /** Root of the repository. */
    static Path home() {
        return Path.of(System.getProperty("lab.home", ".")).toAbsolutePath().normalize();
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do, for example: ./lab grade lab1");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Lab.class.getPackage().getImplementationVersion();
            return new String[] {
                "Multi-Raft labs " + (version == null ? "(not packaged)" : version) + ", Java "
                        + System.getProperty("java.version")
            };
        }
    }
}
