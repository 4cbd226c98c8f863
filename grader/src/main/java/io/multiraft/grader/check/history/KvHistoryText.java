// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes a history of the key-value store in the format {@code kv}, which {@link RecordedFolder} reads. */
public final class KvHistoryText {
    /** A client whose operation stays open goes on as another process: a process has one operation at a time. */
    private static final int CLIENTS_MAX = 1_000;

    private record Line(long position, String text) {}

    private KvHistoryText() {}

    /** The lines of {@code operations}, a call or a return each, in their order; values must be without line breaks. */
    public static List<String> lines(List<Operation<KvModel.Input, KvModel.Output>> operations) {
        List<Line> lines = new ArrayList<>();
        Map<Integer, Integer> lives = new HashMap<>();
        for (Operation<KvModel.Input, KvModel.Output> each : operations) {
            int process = each.client() + CLIENTS_MAX * lives.getOrDefault(each.client(), 0);
            lines.add(new Line(each.called(), line(process, "invoke", each.input(), asked(each.input()))));
            if (each.isOpen() || each.output().isEmpty()) {
                lives.merge(each.client(), 1, Integer::sum);
            } else {
                lines.add(new Line(
                        each.returned(),
                        returned(process, each.input(), each.output().get())));
            }
        }
        return lines.stream()
                .sorted(Comparator.comparingLong(Line::position))
                .map(Line::text)
                .toList();
    }

    private static String returned(int process, KvModel.Input input, KvModel.Output output) {
        if (output instanceof KvModel.Refused refused) {
            return line(process, "fail", input, Optional.of(refused.reason()));
        } else if (output instanceof KvModel.Found found) {
            return line(process, "ok", input, Optional.of(found.value()));
        } else if (output instanceof KvModel.NoSuchKey) {
            return line(process, "ok", input, Optional.empty());
        }
        return line(process, "ok", input, Optional.of(input.value()));
    }

    private static Optional<String> asked(KvModel.Input input) {
        boolean writes = input.kind() == KvModel.Kind.PUT || input.kind() == KvModel.Kind.APPEND;
        return writes ? Optional.of(input.value()) : Optional.empty();
    }

    private static String line(int process, String type, KvModel.Input input, Optional<String> value) {
        return "{:process " + process + ", :type :" + type + ", :f :"
                + input.kind().name().toLowerCase(Locale.ROOT) + ", :key \"" + input.key() + "\", :value "
                + value.map(text -> '"' + text + '"').orElse("nil") + "}";
    }
}
