// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PrintedLinesTest {
    private final PrintStream out = new PrintStream(new PrintedLines(), false, StandardCharsets.UTF_8);
    private final List<String> lines = new ArrayList<>();

    @Test
    void linesAreReadWhileSomebodyReadsAndThrownAwayOtherwise() {
        out.println("before");
        read(() -> {
            out.println("eins");
            out.print("zwei: ü\nthe last line has no end");
        });
        out.println("behind");
        assertThat(lines).containsExactly("eins", "zwei: ü", "the last line has no end");
    }

    @Test
    void aFloodIsCut() {
        read(() -> {
            out.println("x".repeat(1_000_000));
            IntStream.range(0, 100_000).forEach(out::println);
        });
        assertThat(lines).hasSize(5_001);
        assertThat(lines.get(0)).hasSize(400);
        assertThat(lines.get(5_000)).contains("not shown");
    }

    @Test
    void whatOtherThreadsPrintIsNotRead() {
        read(() ->
                CompletableFuture.runAsync(() -> out.println("of another run")).join());
        assertThat(lines).isEmpty();
    }

    private void read(Runnable prints) {
        PrintedLines.read(lines::add, () -> {
            prints.run();
            return lines;
        });
    }
}
