// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import java.util.function.Consumer;

/** Somebody who asks a key-value store, one command at a time. */
@FunctionalInterface
public interface KvCaller {

    /** Has {@code command} executed; {@code onResult} is called once, or never if the world ends first. */
    void execute(KvCommand command, Consumer<KvResult> onResult);
}
