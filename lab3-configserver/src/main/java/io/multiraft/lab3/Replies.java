// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;

/** The answers of the config server. */
final class Replies {
    private Replies() {}

    /** A Join, Leave or Move made {@code version}. */
    static ConfigReply changed(long version) {
        return ConfigReply.newBuilder().setVersion(version).build();
    }

    /** A command makes no sense, for {@code reason}. */
    static ConfigReply refused(String reason) {
        return ConfigReply.newBuilder()
                .setError(ErrorCode.REFUSED)
                .setMessage(reason)
                .build();
    }

    /** A Query found {@code config}. */
    static ConfigReply found(Config config) {
        return ConfigReply.newBuilder().setConfig(ConfigEncoding.encode(config)).build();
    }

    /** A Query found nothing. */
    static ConfigReply noSuchVersion() {
        return ConfigReply.newBuilder().setError(ErrorCode.NO_SUCH_VERSION).build();
    }
}
