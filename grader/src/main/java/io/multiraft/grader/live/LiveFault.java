// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A fault that is planned. Whom it hits is decided when it begins: who leads then is not known before.
 *
 * @param group of servers that it hits, from 0
 * @param kind what is done
 * @param target to whom
 * @param draw decides what is left open: which of several, in which order they come back
 * @param afterMillis from the beginning of its episode
 * @param forMillis how long it lasts
 */
public record LiveFault(
        @JsonProperty("group") int group,
        @JsonProperty("kind") Kind kind,
        @JsonProperty("target") Target target,
        @JsonProperty("draw") int draw,
        @JsonProperty("afterMillis") long afterMillis,
        @JsonProperty("forMillis") long forMillis) {

    /** What can be done. */
    public enum Kind {
        /** The process is killed with SIGKILL, and started again. */
        KILL,
        /** The process is stopped with SIGSTOP, and goes on with SIGCONT. */
        PAUSE,
        /** Nothing gets through between the server and other servers. */
        CUT,
        /** Nothing gets from the server to the others, or the other way round. */
        CUT_ONE_WAY,
        /** Nothing gets through between the clients and the server; the other servers reach it. */
        CUT_FROM_CLIENTS,
        /** All that goes between the server and the others takes longer. */
        SLOW;

        /** As people and JSON have it. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Who can be hit. */
    public enum Target {
        /** Who leads. */
        LEADER,
        /** One that does not lead. */
        FOLLOWER,
        /** As many as make a majority, the leader among them. */
        MAJORITY,
        /** All of them. */
        EVERYBODY;

        /** As JSON has it. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** When it ends, from the beginning of its episode. */
    long endMillis() {
        return afterMillis + forMillis;
    }
}
