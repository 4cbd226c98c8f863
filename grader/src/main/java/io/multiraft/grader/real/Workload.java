// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.google.protobuf.ByteString;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import java.util.random.RandomGenerator;

/**
 * What clients do under load.
 *
 * @param kind of commands
 * @param keys as many different keys are used, each as likely as the others
 * @param valueBytes length of the values that are put
 */
public record Workload(Kind kind, int keys, int valueBytes) {

    /** Kinds of commands. */
    public enum Kind {
        /** Puts only. */
        PUT,
        /** Gets only. */
        GET,
        /** As many puts as gets. */
        MIXED
    }

    /** The next command of a client. */
    KvCommand next(RandomGenerator random, ByteString value) {
        boolean put = switch (kind) {
            case PUT -> true;
            case GET -> false;
            case MIXED -> random.nextBoolean();
        };
        ByteString key = key(random.nextInt(keys));
        return put ? put(key, value) : KvCommand.newBuilder().setKey(key).build();
    }

    /** Stores {@code value} under key number {@code number}. */
    static KvCommand put(int number, ByteString value) {
        return put(key(number), value);
    }

    private static KvCommand put(ByteString key, ByteString value) {
        return KvCommand.newBuilder()
                .setOperation(Operation.PUT)
                .setKey(key)
                .setValue(value)
                .build();
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("bench/" + number);
    }
}
