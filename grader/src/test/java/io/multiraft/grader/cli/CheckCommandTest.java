// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final String CALL = "{:process 0, :type :invoke, :f :get, :key \"a\", :value nil}\n";
    private static final String FINE = CALL + "{:process 0, :type :ok, :f :get, :key \"a\", :value nil}\n";
    private static final String WRONG = CALL + "{:process 0, :type :ok, :f :get, :key \"a\", :value \"1\"}\n";

    @TempDir
    private Path folder;

    private record Result(int exit, String out, String err) {}

    private Result check(String... more) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            List<String> arguments = new ArrayList<>(List.of("check", folder.toString()));
            arguments.addAll(List.of(more));
            int exit = Lab.run(arguments.toArray(String[]::new));
            return new Result(
                    exit, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private void table(String... rows) throws IOException {
        Files.writeString(
                folder.resolve("verdicts.tsv"),
                "file\tmodel\tverdict\tops\tsteps\n" + String.join("\n", rows).replace(' ', '\t'));
    }

    @Test
    void agreementExitsWith0() throws IOException {
        Files.writeString(folder.resolve("a.txt"), FINE);
        Files.writeString(folder.resolve("b.txt"), WRONG);
        table("a.txt kv Ok 1 1", "b.txt kv Illegal 1 1");
        Result result = check("--explain");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("2 of 2 verdicts are as expected", "a can only have been absent then", "at line 1");
        assertThat(check("--pruned").exit()).isZero();
    }

    @Test
    void differenceExitsWith1AndIsNamed() throws IOException {
        Files.writeString(folder.resolve("a.txt"), FINE);
        Files.writeString(folder.resolve("b.txt"), WRONG);
        table("a.txt kv Ok 2 1", "b.txt kv Ok 1 1");
        Result result = check();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .contains("0 of 2 verdicts", "HAS OTHER OPERATIONS", "DIFFERS", "different: a.txt, b.txt");
    }

    @Test
    void undecidedIsNotAsExpected() throws IOException {
        Files.writeString(folder.resolve("a.txt"), FINE + FINE + FINE);
        table("a.txt kv Ok 3 3");
        assertThat(check("--max-steps", "2").exit()).isEqualTo(1);
        assertThat(check("--max-steps", "2").out()).contains("undecided");
        assertThat(check("--max-steps", "3").exit()).isZero();
    }

    @Test
    void badInputExitsWith2AndOneLine() throws IOException {
        says("verdicts.tsv: name a folder");
        table("a.txt kv Ok 1");
        says("verdicts.tsv:2: five columns");
        Files.writeString(folder.resolve("a.txt"), FINE);
        table("a.txt kv Ok 1 1", "b.txt kv Ok 1 1");
        says("there is no " + folder.resolve("b.txt"));
        table("a.txt kv Ok 1 1", ". kv Ok 1 1");
        says("which verdicts.tsv lists");
        Files.writeString(folder.resolve("b.txt"), FINE + "?\n");
        table("a.txt kv Ok 1 1", "b.txt kv Ok 1 1");
        says("b.txt:3: this is not a line of the format");
        table("a.txt zookeeper Ok 1 1");
        says("there is no model zookeeper");
        table("a.txt kv Ok 1 1");
        says("--max-steps must be at least 1", "--max-steps", "0");
        Files.delete(folder.resolve("a.txt"));
        Files.delete(folder.resolve("b.txt"));
        Files.delete(folder.resolve("verdicts.tsv"));
        Files.delete(folder);
        says("there is no folder");
    }

    private void says(String what, String... options) {
        Result result = check(options);
        assertThat(result.exit()).as(what).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .startsWith("lab: ")
                .contains(what);
    }

    @Test
    void violatedHistoriesAreDrawn() throws IOException {
        Files.writeString(folder.resolve("a.txt"), WRONG);
        Files.writeString(folder.resolve("b.txt"), WRONG);
        table("a.txt kv Illegal 1 1", "b.txt kv Illegal 1 1");
        Path page = folder.resolve("new/picture.html");
        assertThat(check("--html", page.toString()).out()).contains("name a folder to have the 1 other");
        assertThat(page).content().contains("<title>a.txt</title>", "Not linearizable");
        Path pages = folder.resolve("pages");
        assertThat(check("--html", pages.toString()).out()).contains("drew 2 histories");
        assertThat(pages.resolve("b.txt.html")).exists();
        says(
                "cannot make the folder",
                "--html",
                folder.resolve("a.txt/page.html").toString());
    }
}
