// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

import java.util.Objects;

/**
 * Where a node is reached: {@code host:port} in the real world, any unique name in the simulator. Ordered by text.
 *
 * @param text as it is written in messages, commands and configurations
 */
public record Address(String text) implements Comparable<Address> {

    public Address {
        Objects.requireNonNull(text, "text");
        if (text.isBlank()) {
            throw new IllegalArgumentException("an address must not be blank");
        }
    }

    @Override
    public int compareTo(Address other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
