// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab3;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.tests.ConfigTrial;
import io.multiraft.service.Application;

/** The application of a config server, called as its service would call it, without network and log. */
final class DirectServer {
    private final Application application;
    private final int nBuckets;
    private MeasuredState state;

    private DirectServer(ConfigTrial trial, int nBuckets, MeasuredState state) {
        this.application = trial.application(nBuckets);
        this.nBuckets = nBuckets;
        this.state = state;
        application.stateReplaced(state);
    }

    /** A server that begins with nothing. */
    static DirectServer fresh(ConfigTrial trial, int nBuckets) {
        return new DirectServer(trial, nBuckets, new MeasuredState());
    }

    /** A server that boots with {@code state}. */
    static DirectServer restarted(ConfigTrial trial, int nBuckets, MeasuredState state) {
        return new DirectServer(trial, nBuckets, state);
    }

    /** A snapshot takes the place of the state. */
    void install(MeasuredState other) {
        state = other;
        application.stateReplaced(state);
    }

    MeasuredState state() {
        return state;
    }

    /** Executes a command that a server of this number of buckets took. */
    ConfigReply execute(ConfigCommand command) {
        return execute(command, nBuckets);
    }

    /** Executes a command that a server took which was started with {@code told} buckets. */
    ConfigReply execute(ConfigCommand command, int told) {
        return execute(command.toBuilder().setNBuckets(told).build().toByteString());
    }

    /** Executes bytes, whatever they are. */
    ConfigReply execute(ByteString command) {
        return parse(application.execute(command, state).reply());
    }

    /** Executes a command that must make a version. */
    long change(ConfigCommand command) {
        ConfigReply reply = execute(command);
        if (reply.getError() != ErrorCode.OK) {
            throw new Violation(
                    Property.PROTOCOL,
                    "A command that makes sense was answered " + reply.getError() + " (" + reply.getMessage() + ").");
        }
        return reply.getVersion();
    }

    ConfigReply read(long version) {
        return parse(application.read(ConfigCommands.query(version).toByteString(), state));
    }

    /** A version that must exist, asked for through the log and without it. */
    Config version(long version) {
        ConfigReply reply = read(version);
        ConfigReply logged = execute(ConfigCommands.query(version));
        if (!reply.equals(logged)) {
            throw new Violation(
                    Property.PROTOCOL,
                    "A query for version " + version + " is answered alike by read and by execute, but one says "
                            + described(reply) + " and the other " + described(logged) + ".");
        }
        if (reply.getError() != ErrorCode.OK || !reply.hasConfig()) {
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    "Version " + version + " was made, but the answer to a query for it is " + described(reply) + ".");
        }
        return ConfigEncoding.decode(reply.getConfig());
    }

    Config latest() {
        return version(ConfigCommands.LATEST);
    }

    private static String described(ConfigReply reply) {
        return reply.hasConfig() ? "version " + reply.getConfig().getVersion() : reply.getError() + "";
    }

    private static ConfigReply parse(ByteString reply) {
        try {
            return ConfigReply.parseFrom(reply);
        } catch (InvalidProtocolBufferException e) {
            throw new Violation(Property.PROTOCOL, "An answer is not an encoded ConfigReply: " + reply + ".");
        }
    }
}
