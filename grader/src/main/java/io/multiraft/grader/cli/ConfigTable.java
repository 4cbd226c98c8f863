// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.config.Config;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A configuration as a table for people: a line for each group, and one for the buckets that nobody owns. */
final class ConfigTable {
    private static final int COLUMNS = 4;

    private final List<List<String>> rows = new ArrayList<>();

    private ConfigTable() {}

    /** {@code config} in lines. */
    static String of(Config config) {
        ConfigTable table = new ConfigTable();
        table.rows.add(List.of("group", "owns", "buckets", "servers"));
        Map<Long, List<Integer>> owned = new TreeMap<>();
        config.groups().keySet().forEach(gid -> owned.put(gid, new ArrayList<>()));
        IntStream.range(0, config.buckets().size())
                .forEach(bucket -> owned.computeIfAbsent(config.buckets().get(bucket), gid -> new ArrayList<>())
                        .add(bucket));
        List<Integer> orphans = owned.getOrDefault(Config.NOBODY, List.of());
        config.groups().forEach((gid, servers) -> table.add(gid.toString(), owned.get(gid), inOneCell(servers)));
        if (!orphans.isEmpty()) {
            table.add("nobody", orphans, "");
        }
        return "version " + config.version() + ", " + config.buckets().size() + " buckets\n" + table;
    }

    private void add(String group, List<Integer> buckets, String servers) {
        rows.add(List.of(group, Integer.toString(buckets.size()), ranges(buckets), servers));
    }

    private static String inOneCell(List<Address> servers) {
        return servers.stream().map(Address::text).collect(Collectors.joining(","));
    }

    /** Ascending numbers, for example {@code 0-4,7}. */
    private static String ranges(List<Integer> numbers) {
        List<String> ranges = new ArrayList<>();
        for (int from = 0; from < numbers.size(); ) {
            int to = from;
            while (to + 1 < numbers.size() && numbers.get(to + 1) == numbers.get(to) + 1) {
                to++;
            }
            ranges.add(numbers.get(from) + (to > from ? "-" + numbers.get(to) : ""));
            from = to + 1;
        }
        return ranges.isEmpty() ? "-" : String.join(",", ranges);
    }

    @Override
    public String toString() {
        int[] widths = IntStream.range(0, COLUMNS)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
    }

    private static String line(List<String> row, int[] widths) {
        String aligned = IntStream.range(0, COLUMNS)
                .mapToObj(column -> {
                    String padding = " ".repeat(widths[column] - row.get(column).length());
                    return column < 2 ? padding + row.get(column) : row.get(column) + padding;
                })
                .collect(Collectors.joining("  "));
        return aligned.stripTrailing();
    }
}
