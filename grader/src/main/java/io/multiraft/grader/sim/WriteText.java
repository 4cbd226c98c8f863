// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.port.NodeEffect;
import io.multiraft.storage.WriteBatch;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A write in a line of a trace: how lasting it is, and per keyspace how much is put and taken away. */
final class WriteText {
    private final Map<String, Map<String, Integer>> countsByKeyspace = new LinkedHashMap<>();

    private WriteText() {}

    static String of(NodeEffect.Write write) {
        WriteText text = new WriteText();
        write.batch().operations().forEach(text::count);
        StringJoiner keyspaces = new StringJoiner("; ");
        text.countsByKeyspace.forEach((keyspace, counts) -> {
            StringJoiner operations = new StringJoiner(", ");
            counts.forEach((what, times) -> operations.add(times == 1 ? what : times + " x " + what));
            keyspaces.add(keyspace + ": " + operations);
        });
        return write.durability().name().toLowerCase(Locale.ROOT) + " " + keyspaces;
    }

    private void count(WriteBatch.Operation operation) {
        if (operation instanceof WriteBatch.Put put) {
            count(put.keyspace(), "put");
        } else if (operation instanceof WriteBatch.Delete delete) {
            count(delete.keyspace(), "delete");
        } else if (operation instanceof WriteBatch.DeleteRange range) {
            count(range.keyspace(), range.from().isEmpty() && range.to().isEmpty() ? "clear" : "delete range");
        } else if (operation instanceof WriteBatch.Replace replace) {
            count(replace.target(), "replaced by " + replace.source());
        }
    }

    private void count(String keyspace, String what) {
        countsByKeyspace.computeIfAbsent(keyspace, key -> new LinkedHashMap<>()).merge(what, 1, Integer::sum);
    }
}
