// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import io.multiraft.raft.RaftFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The layers that are under test in this process. */
public final class Implementations {
    private final Path raftClasses;
    private final String raftPackage;
    private RaftFactory raft;
    private List<String> findings;

    /** From folders with compiled classes. */
    public Implementations(Path raftClasses, String raftPackage) {
        this.raftClasses = raftClasses;
        this.raftPackage = raftPackage;
    }

    /** Compiles what {@code lab.impl} names ({@code mine} if it is missing) in the repository. */
    public static Implementations fromSystemProperties() {
        Path home = home();
        SourceTree tree = SourceTree.of(home, System.getProperty("lab.impl", "mine"), Layer.RAFT);
        return new Implementations(new SourceCompiler(home).classes(tree), tree.packageName());
    }

    /** The folder that {@code lab.home} names, or else the nearest one above the current folder with a launcher. */
    private static Path home() {
        String named = System.getProperty("lab.home");
        Path here = Path.of(named == null ? "." : named).toAbsolutePath().normalize();
        for (Path folder = here; named == null && folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("lab"))) {
                return folder;
            }
        }
        return here;
    }

    /** Others of the same package, from another folder. */
    public Implementations in(Path otherRaftClasses) {
        return new Implementations(otherRaftClasses, raftPackage);
    }

    /** What makes runs of this code impossible to repeat, a line each. */
    public synchronized List<String> findings() {
        if (findings == null) {
            findings = BytecodeScreen.findings(raftClasses).unrepeatable();
        }
        return findings;
    }

    /** The Raft under test. */
    public synchronized RaftFactory raft() {
        if (raft == null) {
            raft = new LayerLoader(raftClasses, raftPackage, Implementations.class.getClassLoader())
                    .instance(RaftFactory.class);
        }
        return raft;
    }
}
