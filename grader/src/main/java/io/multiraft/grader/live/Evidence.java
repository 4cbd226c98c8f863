// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.check.history.KvHistoryText;
import io.multiraft.grader.check.history.KvModel;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Verdict;
import io.multiraft.grader.check.picture.HistoryPicture;
import io.multiraft.grader.run.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of a run: data directories and logs of servers while it lasts, and what is kept of it if it fails. */
final class Evidence {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private final Path folder;

    private Evidence(Path folder) {
        this.folder = folder;
    }

    /** A new folder in {@code parent}. */
    static Evidence in(Path parent, String name) {
        try {
            Files.createDirectories(parent);
            String time = TIME.format(LocalDateTime.now(ZoneId.systemDefault()));
            return new Evidence(Files.createTempDirectory(parent, name + "-" + time + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + parent, e);
        }
    }

    /** The folder. */
    Path folder() {
        return folder;
    }

    /** Log of a server. */
    Path log(String server) {
        return folder.resolve("server-" + server + ".log");
    }

    /** Data directory of a server. */
    Path data(String server) {
        return folder.resolve("server-" + server);
    }

    /** What was planned. */
    void keep(LivePlan plan) {
        Json.write(folder.resolve("schedule.json"), plan);
    }

    /** What has happened. */
    void keep(Diary diary) {
        write("events.txt", String.join("\n", diary.lines()) + "\n");
    }

    /**
     * The history, in a form that {@code ./lab check FOLDER --explain} reads, and a picture of it if it is not linearizable.
     */
    <S> void keep(
            RecordedHistory<S, KvModel.Input, KvModel.Output> history, Verdict<KvModel.Input, KvModel.Output> verdict) {
        write("history.txt", String.join("\n", KvHistoryText.lines(history.operations())) + "\n");
        write(
                "verdicts.tsv",
                "file\tmodel\tverdict\tops\tsteps\nhistory.txt\tkv\t"
                        + (verdict instanceof Verdict.Violation ? "Illegal" : "Ok") + "\t"
                        + history.operations().size() + "\t" + verdict.steps() + "\n");
        if (verdict instanceof Verdict.Violation) {
            draw(history, verdict);
        }
    }

    private <S> void draw(
            RecordedHistory<S, KvModel.Input, KvModel.Output> history, Verdict<KvModel.Input, KvModel.Output> verdict) {
        write(
                "history.html",
                HistoryPicture.of(history, verdict).page(folder.getFileName().toString()));
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + folder, e);
        }
    }

    /** Nothing of it is of use any more. */
    void remove() {
        try (Stream<Path> content = Files.walk(folder)) {
            List<Path> all = content.sorted(Comparator.reverseOrder()).toList();
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
