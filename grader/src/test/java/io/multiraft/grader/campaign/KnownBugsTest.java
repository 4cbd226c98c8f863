// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.Lineup;
import io.multiraft.grader.load.SourceTree;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.raft.RaftFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Well-known bugs, planted into the reference, die within a few random schedules, of the right property. */
class KnownBugsTest {
    private static final String PACKAGE = "io.multiraft.solutions.lab1";
    private static final int SCHEDULES = 60;

    @TempDir
    private Path folder;

    @Test
    void theReferenceItselfLives() throws IOException {
        for (RaftMix mix : RaftMix.values()) {
            assertThat(firstViolation(mix, reference())).isEmpty();
        }
    }

    @Test
    void entriesOfOlderTermsCommittedByCounting() throws IOException {
        RaftFactory bug = planted(
                "RaftNode.java", "index > commitIndex && log.term(index) == currentTerm", "index > commitIndex");
        dies(RaftMix.REPLICATION, bug, EnumSet.of(Property.LEADER_COMPLETENESS));
    }

    @Test
    void theVoteIsForgottenInACrash() throws IOException {
        RaftFactory bug = planted(
                "PersistentState.java",
                "candidate -> batch.put(KEYSPACE, VOTED_FOR, Keys.ofText(candidate.text()))",
                "candidate -> batch.delete(KEYSPACE, VOTED_FOR)");
        dies(RaftMix.PERSISTENCE, bug, EnumSet.of(Property.DURABILITY, Property.VOTE_ONCE));
    }

    @Test
    void everyRequestTruncatesTheLog() throws IOException {
        RaftFactory bug = planted(
                "RaftNode.java",
                "store(prevLogIndex, request.getEntriesList());",
                "if (prevLogIndex >= log.baseIndex() && prevLogIndex < log.lastIndex()) {"
                        + " log.truncateFrom(prevLogIndex + 1); persistent.truncateFrom(prevLogIndex + 1); }"
                        + " store(prevLogIndex, request.getEntriesList());");
        dies(RaftMix.REPLICATION, bug, EnumSet.of(Property.DURABILITY));
    }

    @Test
    void votesGoToLogsThatAreBehind() throws IOException {
        RaftFactory bug = planted(
                "RaftNode.java", "if (!isUpToDate(request.getLastLogIndex(), request.getLastLogTerm()))", "if (false)");
        dies(RaftMix.REPLICATION, bug, EnumSet.of(Property.LEADER_COMPLETENESS));
    }

    @Test
    void halfOfAnEvenGroupIsTakenForAMajority() throws IOException {
        RaftFactory bug = planted("Quorum.java", "return members / 2 + 1;", "return (members + 1) / 2;");
        dies(RaftMix.ELECTION, bug, EnumSet.of(Property.ELECTION_SAFETY));
    }

    @Test
    void theCommitIndexGoesBeyondTheLastNewEntry() throws IOException {
        RaftFactory bug = planted(
                "RaftNode.java",
                "Math.min(request.getLeaderCommit(), prevLogIndex + request.getEntriesCount())",
                "Math.min(request.getLeaderCommit(), log.lastIndex())");
        dies(RaftMix.REPLICATION, bug, EnumSet.of(Property.STATE_MACHINE_SAFETY));
    }

    private static void dies(RaftMix mix, RaftFactory bug, Set<Property> expected) {
        Optional<Violation> violation = firstViolation(mix, bug);
        assertThat(violation).as("a violation in %d schedules", SCHEDULES).isPresent();
        assertThat(expected).contains(violation.get().property());
    }

    private static Optional<Violation> firstViolation(RaftMix mix, RaftFactory factory) {
        RaftSchedules schedules = new RaftSchedules(mix);
        for (int i = 0; i < SCHEDULES; i++) {
            try {
                new RaftRun(schedules.draw(SimRandom.mix(42, i) >>> 16), factory).play();
            } catch (Violation violation) {
                return Optional.of(violation);
            }
        }
        return Optional.empty();
    }

    private static Path home() {
        return Path.of(System.getProperty("lab.home", "..")).toAbsolutePath().normalize();
    }

    private RaftFactory reference() throws IOException {
        return planted("Quorum.java", "", "");
    }

    /** The reference with one piece of text replaced; compiled like any implementation. */
    private RaftFactory planted(String file, String correct, String wrong) throws IOException {
        String below = PACKAGE.replace('.', '/');
        Path source = home().resolve("solutions/src/main/java").resolve(below);
        Path target = Files.createDirectories(folder.resolve("src").resolve(below));
        try (var files = Files.list(source)) {
            for (Path each : files.toList()) {
                String text = Files.readString(each);
                if (each.endsWith(file)) {
                    assertThat(text).contains(correct);
                    text = text.replace(correct, wrong);
                }
                Files.writeString(target.resolve(each.getFileName()), text);
            }
        }
        SourceTree tree = new SourceTree("planted", folder.resolve("src"), PACKAGE);
        return new Implementations(new Lineup(Map.of(Layer.RAFT, new Compilation(folder).of(tree)))).raft();
    }
}
