// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.skeleton.Skeleton;
import io.multiraft.grader.skeleton.SkeletonFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes what students begin with. */
@Command(
        name = "skeleton",
        description = "Write the skeletons of all labs into a folder laid out like this repository.",
        mixinStandardHelpOptions = true)
final class SkeletonCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder; it is made if it does not exist.")
    private Path folder;

    @Override
    public Integer call() {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is a file: name a folder");
        }
        SkeletonFolder target = new SkeletonFolder(folder);
        List<Skeleton> skeletons = Skeleton.labs(Lab.home()).stream()
                .map(lab -> Skeleton.of(Lab.home(), lab))
                .toList();
        if (skeletons.isEmpty()) {
            throw new IllegalArgumentException("this repository has no solutions to make skeletons of");
        }
        List<String> changed = new ArrayList<>();
        skeletons.forEach(skeleton -> changed.addAll(target.changed(skeleton)));
        if (!changed.isEmpty()) {
            throw new IllegalArgumentException("nothing was written: somebody has worked on "
                    + String.join(", ", changed) + "; name another folder, or move that work away first");
        }
        PrintWriter out = spec.commandLine().getOut();
        skeletons.forEach(skeleton -> {
            target.write(skeleton);
            out.println(
                    folder.resolve(skeleton.module()) + ": " + skeleton.files().size() + " files");
        });
        out.flush();
        return Lab.OK;
    }
}
