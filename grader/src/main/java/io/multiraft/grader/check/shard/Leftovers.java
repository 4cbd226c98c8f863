// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.shard;

import com.google.protobuf.ByteString;
import io.multiraft.grader.sim.SimNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows the values of a run by a mark in them, and finds those that a server still stores although its group does not own
 * their bucket: nobody needs them any more, as soon as the owner has the bucket.
 */
public final class Leftovers {
    private static final Pattern MARK = Pattern.compile("p?\\d+\\.\\d+;");
    private static final String DATA = "data";

    private record Written(ByteString key, int bucket) {}

    private final KnownConfigs configs;
    private final Map<String, Written> written = new HashMap<>();

    /** Knows no values yet. */
    public Leftovers(KnownConfigs configs) {
        this.configs = configs;
    }

    /** {@code mark}, such as {@code p3.17;}, is a part of a value of {@code key} and of no other one. */
    public void mark(String mark, ByteString key, int bucket) {
        written.put(mark, new Written(key, bucket));
    }

    /** The first thing that is stored where it should not be, in a sentence; {@code serversOf} a group. */
    public Optional<String> find(Iterable<Long> gids, LongFunction<List<SimNode>> serversOf) {
        for (long gid : gids) {
            for (SimNode server : serversOf.apply(gid)) {
                Optional<String> found = find(gid, server);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> find(long gid, SimNode server) {
        for (ByteString stored :
                server.currentImage().toMap().getOrDefault(DATA, Map.of()).values()) {
            Matcher marks = MARK.matcher(stored.toString(StandardCharsets.ISO_8859_1));
            while (marks.find()) {
                Written value = written.get(marks.group());
                if (value != null && configs.ownerOf(value.bucket()) != gid) {
                    return Optional.of(server + " of group " + gid + " still stores " + marks.group()
                            + ", a value of key \"" + value.key().toStringUtf8() + "\" in bucket " + value.bucket()
                            + ". Owners of that bucket: " + configs.ownersOf(value.bucket()) + ".");
                }
            }
        }
        return Optional.empty();
    }
}
