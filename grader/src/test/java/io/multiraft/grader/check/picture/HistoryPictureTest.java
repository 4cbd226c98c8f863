// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.check.history.Clock;
import io.multiraft.grader.check.history.History;
import io.multiraft.grader.check.history.KvModel;
import io.multiraft.grader.check.history.KvModel.Input;
import io.multiraft.grader.check.history.KvModel.Output;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Text;
import io.multiraft.grader.check.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryPictureTest {
    private static final Optional<Output> DONE = Optional.of(new KvModel.Done());

    private final History<Input, Output> history = new History<>();
    private long now;

    private void done(int client, Input input) {
        history.returned(history.called(client, input, now++), DONE, now++);
    }

    private void read(int client, String key, String value) {
        history.returned(history.called(client, Input.get(key), now++), Optional.of(new KvModel.Found(value)), now++);
    }

    private String page() {
        return page(1_000_000);
    }

    private String page(long maxSteps) {
        RecordedHistory<Optional<Text>, Input, Output> recorded =
                new RecordedHistory<>(new KvModel(), history.operations(), Clock.MICROSECONDS);
        Verdict<Input, Output> verdict = recorded.checkShortening(maxSteps);
        return HistoryPicture.of(recorded, verdict).page("a <test>");
    }

    @Test
    void theContradictionIsInWordsAndMarked() {
        done(1, Input.put("x", "1"));
        done(1, Input.put("x", "2"));
        history.called(3, Input.append("x", "late"), now++);
        read(2, "x", "1");
        done(1, Input.put("y", "1"));
        assertThat(page())
                .contains("<code>get(x) -&gt; &quot;1&quot;</code>", "but x can only have been &quot;2&quot;")
                .containsOnlyOnce("class=\"op wrong\"")
                .containsOnlyOnce("id=\"contradiction\"")
                .contains("class=\"op cause\"", "class=\"op open\"", "number 2 of the longest order")
                .contains("for=\"p0\" class=\"violated\">x <small>4</small>", "for=\"p1\">y <small>1</small>");
    }

    @Test
    void whatClientsWroteIsOnlyText() throws IOException {
        String evil = "</title><script>alert('&')</script>\u0000\u202e\ud800";
        done(1, Input.put(evil, evil));
        read(2, evil, "<img src=x onerror=\"alert(1)\">");
        String page = page();
        assertThat(page)
                .doesNotContain("<img", "alert('", "\u0000", "\u202e", "\ud800")
                .contains("&lt;img src=x");
        assertThat(List.of(page.split("<script", -1))).hasSize(2);
    }

    @Test
    void thePageNeedsNothingElse(@TempDir Path folder) throws IOException {
        done(1, Input.put("x", "\ud83d\ude00"));
        read(2, "x", "\ud800");
        String page = page();
        assertThat(page).contains("\ud83d\ude00").doesNotContain("http", "src=", "@import", "url(", "<link");
        Files.writeString(folder.resolve("page.html"), page); // half a pair could not be written
    }

    @Test
    void aLongHistoryIsShownAroundTheContradictionAndWhole() {
        for (int i = 0; i < 1_000; i++) {
            done(i % 7, Input.put("x", "" + i));
            read(8, "x", "" + i);
        }
        read(9, "x", "5");
        for (int i = 0; i < 100; i++) {
            done(i % 7, Input.put("x", "again " + i));
        }
        String page = page();
        String part = page.substring(0, page.indexOf("<details"));
        assertThat(List.of(part.split("<g class=\"op", -1))).hasSizeBetween(15, 40);
        assertThat(part).contains("of 2101 operations", "class=\"op wrong\"");
        assertThat(List.of(page.split("<g class=\"op wrong", -1))).hasSize(3);
        assertThat(page.length()).isLessThan(2_500_000);
    }

    @Test
    void aClientThatGoesOnWithoutAnAnswerHasTwoLanes() {
        history.called(1, Input.put("x", "1"), now++);
        done(1, Input.put("x", "2"));
        read(2, "x", "3");
        assertThat(page()).containsOnlyOnce(">client 1<").contains("never answered");
    }

    @Test
    void otherVerdictsHaveTheirPages() {
        for (int i = 0; i < 20; i++) {
            done(1, Input.put("x", "" + i));
        }
        assertThat(page()).contains("<h1>Linearizable</h1>").doesNotContain("op wrong");
        assertThat(page(15)).contains("<h1>Undecided</h1>", "shortened to the first 10 of 20 operations");
    }
}
