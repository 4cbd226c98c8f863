// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.BytecodeScreen;
import io.multiraft.grader.load.CompiledLayer;
import io.multiraft.grader.load.Lineup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What the screen says of the classes that orders judge; in the parent process, where none of them ever runs. */
final class Screening {
    private final Map<CompiledLayer, BytecodeScreen.Findings> findings = new ConcurrentHashMap<>();

    private List<String> all(Lineup lineup, Function<BytecodeScreen.Findings, List<String>> kind) {
        return lineup.layers().values().stream()
                .distinct()
                .map(layer -> findings.computeIfAbsent(layer, key -> BytecodeScreen.findings(Path.of(key.classes()))))
                .flatMap(each -> kind.apply(each).stream())
                .toList();
    }

    /** Why the classes of {@code lineup} are not run, if so. */
    Optional<String> obstacle(Lineup lineup) {
        List<String> forbidden = all(lineup, BytecodeScreen.Findings::forbidden);
        if (forbidden.isEmpty()) {
            return Optional.empty();
        }
        String more = forbidden.size() == 1 ? "" : " (and " + (forbidden.size() - 1) + " more like it)";
        return Optional.of("not run: " + forbidden.get(0) + more);
    }

    /** Where the classes of {@code lineup} may have ended their process: {@code ": …"}; empty if nowhere. */
    String suspects(Lineup lineup) {
        List<String> ends = all(lineup, BytecodeScreen.Findings::ends);
        return ends.isEmpty() ? "" : ": " + String.join(", ", ends);
    }
}
