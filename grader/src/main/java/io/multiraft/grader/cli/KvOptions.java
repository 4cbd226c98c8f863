// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import com.google.protobuf.ByteString;
import io.multiraft.grader.real.Destination;
import io.multiraft.grader.real.KvSession;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.Operation;
import java.io.PrintStream;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What all commands of a client are told, and how they are carried out. */
@Command(sortOptions = false)
final class KvOptions {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private DestinationOptions destination;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up after so many seconds (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int timeout;

    @Mixin
    private ClientLayerOptions layers;

    /** Has a command executed, and prints what came of it; the exit code. */
    int execute(Operation operation, String key, ByteString value) {
        if (timeout < 1) {
            throw new IllegalArgumentException("--timeout takes a positive number of seconds");
        }
        Duration patience = Duration.ofSeconds(timeout);
        Destination to = destination.destination();
        KvClientOptions patient = KvClientOptions.DEFAULT.withDeadline(patience);
        try (KvSession session = KvSession.open(to.client(layers.toRun(to.layers()), patient), patience)) {
            return print(session.execute(operation, ByteString.copyFromUtf8(key), value), operation, key);
        }
    }

    private int print(KvResult result, Operation operation, String key) {
        if (result instanceof KvResult.Done) {
            return Lab.OK;
        } else if (result instanceof KvResult.Found found) {
            PrintStream out = System.out; // bytes as they are
            byte[] bytes = found.value().toByteArray();
            out.write(bytes, 0, bytes.length);
            out.println();
            out.flush();
            return Lab.OK;
        } else if (result instanceof KvResult.NoSuchKey) {
            complain("no such key: " + key);
            return Lab.POINTS_LOST;
        } else if (result instanceof KvResult.TooLarge tooLarge) {
            complain("key or value is too large, or would be: the limit is " + tooLarge.limitBytes() + " bytes");
            return Lab.USAGE;
        }
        String doubt = operation == Operation.GET ? "" : ", and what was to be written may be written yet";
        complain("no answer within " + timeout + " s" + doubt + ": " + ((KvResult.GaveUp) result).reason());
        return Lab.POINTS_LOST;
    }

    private void complain(String line) {
        spec.commandLine().getErr().println("lab: " + line);
        spec.commandLine().getErr().flush();
    }
}
