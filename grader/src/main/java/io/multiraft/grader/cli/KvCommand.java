// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import com.google.protobuf.ByteString;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.rpc.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A client of the key-value store. */
@Command(
        name = "kv",
        description = "Read and write keys of a running cluster.",
        mixinStandardHelpOptions = true,
        subcommands = {KvCommand.Get.class, KvCommand.Put.class, KvCommand.Append.class, KvCommand.Delete.class})
final class KvCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do, for example: ./lab kv get KEY");
    }

    /** Prints a value. */
    @Command(
            name = "get",
            description = "Print the value of a key.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Get implements Callable<Integer> {
        @Parameters(paramLabel = "KEY", description = "The key.")
        private String key;

        @Mixin
        private KvOptions options;

        @Override
        public Integer call() {
            return options.execute(Operation.GET, key, ByteString.EMPTY);
        }
    }

    /** Stores a value. */
    @Command(
            name = "put",
            description = "Store a value under a key.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Put implements Callable<Integer> {
        @Mixin
        private KeyAndValue given;

        @Mixin
        private KvOptions options;

        @Override
        public Integer call() {
            return options.execute(Operation.PUT, given.key, given.value());
        }
    }

    /** Appends to a value. */
    @Command(
            name = "append",
            description = "Append to the value of a key; a key that is not there counts as empty.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Append implements Callable<Integer> {
        @Mixin
        private KeyAndValue given;

        @Mixin
        private KvOptions options;

        @Override
        public Integer call() {
            return options.execute(Operation.APPEND, given.key, given.value());
        }
    }

    /** Removes a key. */
    @Command(name = "delete", description = "Remove a key.", mixinStandardHelpOptions = true, sortOptions = false)
    static final class Delete implements Callable<Integer> {
        @Parameters(paramLabel = "KEY", description = "The key.")
        private String key;

        @Mixin
        private KvOptions options;

        @Override
        public Integer call() {
            return options.execute(Operation.DELETE, key, ByteString.EMPTY);
        }
    }

    /** What is to be written. */
    static final class KeyAndValue {
        /** No server takes more in a message, whatever its own limit. */
        private static final int MAX_BYTES = 3 << 20;

        @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
        private String key;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "VALUE",
                description = "The value; if missing, standard input up to its end.")
        private String value;

        private ByteString value() {
            ByteString bytes = value == null ? standardInput() : ByteString.copyFromUtf8(value);
            if (bytes.size() > MAX_BYTES) {
                throw new IllegalArgumentException(
                        "the value is too large: at most " + KvLimits.DEFAULT.maxValueBytes() + " bytes are stored");
            }
            return bytes;
        }

        private static ByteString standardInput() {
            try {
                return ByteString.copyFrom(System.in.readNBytes(MAX_BYTES + 1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
