// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

/**
 * A server was started with another number of buckets than its cluster was created with: it must not go on. The message is
 * one line for people.
 */
public final class WrongNumberOfBucketsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * Says so.
     *
     * @param created number of buckets with which the cluster was created
     * @param started number of buckets with which this server was started
     */
    public WrongNumberOfBucketsException(long created, long started) {
        super("the cluster was created with " + created + " buckets, which cannot be changed to " + started
                + ": start this server with " + created);
    }
}
