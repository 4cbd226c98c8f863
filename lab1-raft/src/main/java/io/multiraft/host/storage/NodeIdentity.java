// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.util.Objects;

/**
 * Whose data a directory holds, so that no node ever boots with the data of another one.
 *
 * @param kind of node, for example {@code kv}; no blanks
 * @param id of this node among those of its kind, for example its number or address; no blanks
 */
public record NodeIdentity(String kind, String id) {

    public NodeIdentity {
        requireWord(kind);
        requireWord(id);
    }

    private static void requireWord(String text) {
        if (Objects.requireNonNull(text, "text").isEmpty()
                || text.chars().anyMatch(each -> Character.isWhitespace(each) || Character.isISOControl(each))) {
            throw new IllegalArgumentException("not a word without blanks: '" + text + "'");
        }
    }

    @Override
    public String toString() {
        return kind + " " + id;
    }
}
