// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import io.multiraft.node.Address;
import java.util.Optional;

/** The node has stopped before it could answer. Whether it had carried out what was asked is not known. */
public final class HostStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HostStoppedException(Address node, Optional<Throwable> failure) {
        super(node + failure.map(cause -> " has failed: " + cause).orElse(" has stopped"), failure.orElse(null));
    }
}
