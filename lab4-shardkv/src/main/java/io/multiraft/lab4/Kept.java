// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.config.Config;

/**
 * A bucket as it was when this group lost it, kept for the next owner.
 *
 * @param version of the configuration with which it was lost
 * @param forGid the next owner; {@link Config#NOBODY} as long as nobody has owned the bucket since
 */
record Kept(long version, long forGid) {

    /** Nobody has owned the bucket since: what is kept is still all there is. */
    boolean isForNobody() {
        return forGid == Config.NOBODY;
    }
}
