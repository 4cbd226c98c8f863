// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.run.TestCase;
import io.multiraft.grader.run.TestCatalogue;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists graded tests by the names that other commands take. */
@Command(
        name = "tests",
        description = "List the graded tests: step, points, name, what it is about.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TestsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TARGET",
            description = "What to list: all, a lab (lab1), a step (1B) or the name of a test.",
            defaultValue = "all")
    private List<String> targets;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (TestCase test : new TestCatalogue().select(targets)) {
            out.println(String.format("%s %3d  %s", test.step(), test.points(), test.name()));
            out.println("        " + test.title());
        }
        out.flush();
        return Lab.OK;
    }
}
