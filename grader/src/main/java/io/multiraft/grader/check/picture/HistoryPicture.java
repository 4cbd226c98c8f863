// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.picture;

import io.multiraft.grader.check.history.Clock;
import io.multiraft.grader.check.history.Model;
import io.multiraft.grader.check.history.Operation;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A page that shows a history and the verdict on it: the contradiction in words and in red, the operations of the violated
 * partition as bars, and the longest order as numbers on them.
 */
public final class HistoryPicture<S, I, O> {
    private final RecordedHistory<S, I, O> history;
    private final Verdict<I, O> verdict;
    private final Map<Object, List<Operation<I, O>>> partitions = new LinkedHashMap<>();

    private HistoryPicture(RecordedHistory<S, I, O> history, Verdict<I, O> verdict) {
        this.history = history;
        this.verdict = verdict;
        if (verdict instanceof Verdict.Violation<I, O> violation) {
            partitions.put(violation.partition(), List.of());
        }
        history.operations().stream()
                .sorted(Comparator.comparingLong(Operation::called))
                .forEach(each -> partitions.merge(
                        history.model().partition(each.input()), List.of(each), HistoryPicture::joined));
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        List<T> all = some instanceof ArrayList<T> ? some : new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** The picture of {@code history} and of what the checker found. */
    public static <S, I, O> HistoryPicture<S, I, O> of(RecordedHistory<S, I, O> history, Verdict<I, O> verdict) {
        return new HistoryPicture<>(history, verdict);
    }

    /** The whole page, in HTML; it needs nothing else. */
    public String page(String title) {
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                %s%s</style></head><body>
                <p class="title">%s</p>
                %s
                <main>%s</main>
                <aside id="details" hidden></aside>
                <script>
                %s</script></body></html>
                """.formatted(
                        Html.text(title),
                        resource("picture.css"),
                        switches(),
                        Html.text(title),
                        verdictInWords(),
                        panes(),
                        resource("picture.js"));
    }

    private static String resource(String name) {
        try (InputStream stream = HistoryPicture.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name + " of the grader", e);
        }
    }

    private String verdictInWords() {
        if (verdict instanceof Verdict.Violation<I, O> violation) {
            return violationInWords(violation);
        } else if (verdict instanceof Verdict.Undecided<I, O> undecided) {
            return "<header class=\"undecided\"><h1>Undecided</h1><p>%s</p></header>"
                    .formatted(Html.text(undecided.explanation(history.clock())));
        }
        return "<header class=\"fine\"><h1>Linearizable</h1><p>Some order explains all answers.</p></header>";
    }

    private String violationInWords(Verdict.Violation<I, O> violation) {
        Operation<I, O> wrong = violation.offending();
        Clock clock = history.clock();
        String more = violation.contradiction().difference().isEmpty()
                ? ""
                : "<p>" + Html.text(capital(expected(violation))) + ".</p>\n";
        return """
                <header class="violated"><h1>Not linearizable</h1>
                <p class="lead">client %d: <code>%s</code> <a href="#contradiction">✗ but %s</a></p>
                %s<p>Called at %s, answered at %s. No order of the operations explains this answer together with all before it.</p>
                </header>
                """.formatted(
                        wrong.client(),
                        Html.text(Html.shortened(violation.contradiction().offending(), 300)),
                        Html.text(reproach(violation)),
                        more,
                        Html.text(clock.describe(wrong.calledAt())),
                        Html.text(clock.describe(wrong.returnedAt())));
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** What is wrong, as briefly as it can be said: of long values where they differ. */
    private static String reproach(Verdict.Violation<?, ?> violation) {
        String difference = violation.contradiction().difference();
        return difference.isEmpty() ? expected(violation) : difference;
    }

    private static String expected(Verdict.Violation<?, ?> violation) {
        return Html.shortened(violation.contradiction().expectation(violation.partition()), 400);
    }

    // ---- partitions ------------------------------------------------------------------------------------------------

    /** A radio button shows its pane; no script is needed for that. */
    private String switches() {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < partitions.size(); i++) {
            rules.append("#p%d:checked~.pane%d{display:block}\n".formatted(i, i));
        }
        return rules.toString();
    }

    private String panes() {
        StringBuilder buttons = new StringBuilder();
        StringBuilder panes = new StringBuilder();
        int number = 0;
        for (Map.Entry<Object, List<Operation<I, O>>> each : partitions.entrySet()) {
            boolean isViolated = verdict instanceof Verdict.Violation<I, O> violation
                    && violation.partition().equals(each.getKey());
            String name = Html.text(Html.shortened(String.valueOf(each.getKey()), 40));
            buttons.append(
                    "<input type=\"radio\" name=\"p\" id=\"p%d\"%s><label for=\"p%d\"%s>%s <small>%d</small></label>\n"
                            .formatted(
                                    number,
                                    number == 0 ? " checked" : "",
                                    number,
                                    isViolated ? " class=\"violated\"" : "",
                                    name,
                                    each.getValue().size()));
            panes.append("<section class=\"pane pane%d\">\n%s</section>\n"
                    .formatted(number, pane(each.getValue(), isViolated)));
            number++;
        }
        return (partitions.size() > 1 ? "<span class=\"caption\">Keys:</span>\n" : "") + buttons + panes;
    }

    private String pane(List<Operation<I, O>> operations, boolean isViolated) {
        if (!isViolated || !(verdict instanceof Verdict.Violation<I, O> violation)) {
            return zoomed(new Drawing<>(scene(operations, List.of(), Scene.Offence.NOTHING, false)).svg());
        }
        Scene<I, O> all = scene(operations, violation.longest(), offence(violation), operations.size() <= Scene.SMALL);
        String legend = legend(violation);
        if (all.isMain()) {
            return zoomed(new Drawing<>(all).svg()) + legend + order(violation);
        }
        Scene<I, O> part = all.aroundTheContradiction();
        return zoomed(new Drawing<>(part).svg())
                + legend
                + "<p class=\"note\">These are %d of %d operations: those before and around the contradiction.</p>\n"
                        .formatted(part.operations().size(), operations.size())
                + "<details class=\"whole\"><summary>All %d operations</summary>\n%s</details>\n"
                        .formatted(operations.size(), zoomed(new Drawing<>(all).svg()))
                + order(violation);
    }

    private Scene<I, O> scene(
            List<Operation<I, O>> operations, List<Operation<I, O>> order, Scene.Offence offence, boolean isMain) {
        return new Scene<>(operations, order, offence, isMain, this::words, history.clock());
    }

    private Scene.Offence offence(Verdict.Violation<I, O> violation) {
        Model<S, I, O> model = history.model();
        long cause = Scene.NONE;
        for (Operation<I, O> each : violation.longest()) {
            if (!model.onlyReads(each.input(), each.output())) {
                cause = each.called();
            }
        }
        return new Scene.Offence(violation.offending().called(), cause, reproach(violation));
    }

    private static String zoomed(String svg) {
        return "<div class=\"frame\">%s</div>\n".formatted(svg);
    }

    private String legend(Verdict.Violation<I, O> violation) {
        return """
                <p class="legend"><span class="key wrong"></span>fits nowhere \
                <span class="key cause"></span>last change before it \
                <span class="key placed"></span>explained, <span class="dot">1</span> … <span class="dot">%d</span> in this order \
                <span class="key"></span>not needed, or later \
                <span class="key open"></span>never answered. Left end: call, right end: answer; not to scale.</p>
                """.formatted(Math.max(1, violation.longest().size()));
    }

    // ---- the order in words ----------------------------------------------------------------------------------------

    private String order(Verdict.Violation<I, O> violation) {
        StringBuilder rows = new StringBuilder();
        S state = history.model().initial();
        int number = 0;
        for (Operation<I, O> each : violation.longest()) {
            state = history.model().step(state, each.input(), each.output()).orElse(state);
            number++;
            rows.append("<tr><td>%d<td>%d<td><code>%s</code><td><code>%s</code>\n"
                    .formatted(
                            number,
                            each.client(),
                            Html.text(Html.shortened(words(each), 160)),
                            Html.text(Html.shortened(history.model().describe(state), 160))));
        }
        rows.append("<tr class=\"wrong\"><td>✗<td>%d<td><code>%s</code><td>%s\n"
                .formatted(
                        violation.offending().client(),
                        Html.text(Html.shortened(words(violation.offending()), 160)),
                        Html.text(expected(violation))));
        return """
                <details%s><summary>The longest order, step by step</summary>
                <table><tr><th>#<th>client<th>operation<th>%s afterwards
                %s</table></details>
                """.formatted(
                number > 12 ? "" : " open", Html.text(Html.shortened(String.valueOf(violation.partition()), 40)), rows);
    }

    private String words(Operation<I, O> operation) {
        return history.model().describe(operation.input(), operation.output());
    }
}
