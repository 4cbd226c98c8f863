// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.ConfigJson;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.Join;
import io.multiraft.grader.real.Addresses;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands to running config servers. */
@Command(
        name = "config",
        description = "Say and ask which group owns which bucket.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ConfigClientCommand.JoinGroups.class,
            ConfigClientCommand.LeaveGroups.class,
            ConfigClientCommand.MoveBucket.class,
            ConfigClientCommand.QueryVersion.class
        })
final class ConfigClientCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do, for example: ./lab config query");
    }

    /** Adds groups. */
    @Command(
            name = "join",
            description = "Add groups, all in one version, and spread the buckets evenly.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class JoinGroups implements Callable<Integer> {
        @Parameters(
                arity = "2..*",
                paramLabel = "GID HOST:PORT,…",
                description = "A group and its servers; more groups may follow.")
        private List<String> groups;

        @Option(names = "--no-rebalance", description = "Leave all buckets where they are.")
        private boolean noRebalance;

        @Mixin
        private ConfigOptions options;

        @Override
        public Integer call() {
            Join.Builder join = Join.newBuilder().setNoRebalance(noRebalance);
            for (int i = 0; i < groups.size(); ) {
                long gid = gid(groups.get(i++));
                List<Address> servers = new ArrayList<>();
                while (i < groups.size() && groups.get(i).contains(":")) {
                    servers.addAll(Addresses.parse("group " + gid, groups.get(i++)));
                }
                if (servers.isEmpty()) {
                    throw new IllegalArgumentException(
                            "behind the gid " + gid + " the addresses of its servers are missing");
                }
                join.addGroups(ConfigEncoding.groupOf(gid, servers));
            }
            return options.change(ConfigCommand.newBuilder().setJoin(join).build());
        }

        private static long gid(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "a group is a gid and the addresses of its servers, for example 1 host:6088,host:6089; '" + text
                                + "' is no gid",
                        e);
            }
        }
    }

    /** Removes groups. */
    @Command(
            name = "leave",
            description = "Remove groups, all in one version; their buckets go to those that stay.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class LeaveGroups implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "GID", description = "The groups.")
        private List<Long> gids;

        @Mixin
        private ConfigOptions options;

        @Override
        public Integer call() {
            return options.change(ConfigCommands.leave(gids));
        }
    }

    /** Gives a bucket to a group. */
    @Command(
            name = "move",
            description = "Give one bucket to a group; nothing else moves.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class MoveBucket implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "BUCKET", description = "The bucket, counted from 0.")
        private int bucket;

        @Parameters(index = "1", paramLabel = "GID", description = "The group.")
        private long gid;

        @Mixin
        private ConfigOptions options;

        @Override
        public Integer call() {
            return options.change(ConfigCommands.move(bucket, gid));
        }
    }

    /** Shows a version. */
    @Command(name = "query", description = "Show a version of the configuration.", sortOptions = false)
    static final class QueryVersion implements Callable<Integer> {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help message and exit.")
        @SuppressWarnings("unused") // it is picocli's; all its standard options would take --version
        private boolean help;

        @Option(
                names = "--version",
                paramLabel = "N",
                description = "Which version; if missing, the latest.",
                defaultValue = "" + ConfigCommands.LATEST,
                showDefaultValue = Visibility.NEVER)
        private long version;

        @Option(names = "--json", description = "As JSON, in one line, as the book shows it.")
        private boolean json;

        @Mixin
        private ConfigOptions options;

        @Override
        public Integer call() {
            if (version < ConfigCommands.LATEST) {
                throw new IllegalArgumentException("--version takes a number from 0 on, or -1 for the latest");
            }
            return options.execute(ConfigCommands.query(version), json ? ConfigJson::write : ConfigTable::of);
        }
    }
}
