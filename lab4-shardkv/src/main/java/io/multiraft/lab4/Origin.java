// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.node.Address;
import java.util.List;

/**
 * Who has a bucket that another group takes over.
 *
 * @param gid of its last owner
 * @param version of the configuration with which it lost the bucket
 * @param addresses of its servers, as far as they were known then: the group may have left since
 */
record Origin(long gid, long version, List<Address> addresses) {

    Origin {
        addresses = List.copyOf(addresses);
    }
}
