// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.picture;

import io.multiraft.grader.check.history.Operation;
import java.util.Optional;

/** A scene as SVG: a lane for each client, a bar for each operation, numbers where the order has put them. */
final class Drawing<I, O> {
    private static final int TOP = 34;
    private static final int LANE = 38;
    private static final int BAR = 24;
    private static final int NAMES = 92;
    private static final int CALLOUT = 34;
    private static final int BOLD_LETTER = 8;
    private static final int APART = 150;

    private final Scene<I, O> scene;
    private final Timeline<I, O> timeline;
    private final Optional<Timeline.Bar<I, O>> wrong;
    private final String expected;
    private final int width;
    private final int height;

    Drawing(Scene<I, O> scene) {
        this.scene = scene;
        this.timeline = new Timeline<>(scene);
        this.wrong = timeline.bars().stream()
                .filter(each -> each.operation().called() == scene.offending().operation())
                .findFirst();
        this.expected = "✗ " + Html.shortened(scene.offending().expected(), 110);
        this.width = Math.max(timeline.width(), wrong.isPresent() ? calloutWidth() + 6 : 0);
        this.height = TOP + timeline.lanes() * LANE + (wrong.isPresent() ? CALLOUT : 0) + 8;
    }

    String svg() {
        StringBuilder svg = new StringBuilder();
        wrong.ifPresent(bar -> svg.append(band(bar)));
        timeline.ticks(APART).forEach(tick -> svg.append(tick(tick)));
        for (int client : timeline.clients()) {
            svg.append("<path class=\"lane\" d=\"M0 %d H%d\"/>\n".formatted(middle(timeline.firstLane(client)), width));
        }
        timeline.bars().forEach(bar -> svg.append(bar(bar)));
        wrong.ifPresent(bar -> svg.append(callout(bar)));
        return """
                <div class="drawing"><svg class="names" width="%d" height="%d" role="presentation">
                %s</svg><svg class="chart" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="Operations over time">
                %s</svg></div>
                """.formatted(NAMES, height, names(), width, height, width, height, svg);
    }

    private String names() {
        StringBuilder names = new StringBuilder();
        for (int client : timeline.clients()) {
            boolean isWrong = wrong.isPresent() && wrong.get().operation().client() == client;
            names.append("<text class=\"name%s\" x=\"%d\" y=\"%d\">client %d</text>\n"
                    .formatted(isWrong ? " wrong" : "", NAMES - 10, middle(timeline.firstLane(client)) + 5, client));
        }
        return names.toString();
    }

    /** Lanes below that of the offending operation make room for what is said of it. */
    private int middle(int lane) {
        boolean isBelow = wrong.isPresent() && lane > wrong.get().lane();
        return TOP + lane * LANE + LANE / 2 + (isBelow ? CALLOUT : 0);
    }

    private String band(Timeline.Bar<I, O> bar) {
        return "<rect class=\"band\" x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\"/>\n"
                .formatted(bar.left(), bar.right() - bar.left(), height);
    }

    private String tick(Timeline.Tick tick) {
        return "<path class=\"tick\" d=\"M%d 22 V%d\"/><text class=\"time\" x=\"%d\" y=\"15\">%s</text>\n"
                .formatted(tick.at(), height, tick.at(), Html.text(scene.clock().describe(tick.time())));
    }

    private String bar(Timeline.Bar<I, O> bar) {
        int top = middle(bar.lane()) - BAR / 2;
        String number = bar.number() == 0
                ? ""
                : "<circle cx=\"%d\" cy=\"%d\" r=\"10\"/><text class=\"number%s\" x=\"%d\" y=\"%d\">%d</text>"
                        .formatted(
                                bar.point(),
                                middle(bar.lane()),
                                bar.number() > 999 ? " long" : "",
                                bar.point(),
                                middle(bar.lane()) + 4,
                                bar.number());
        return """
                <g class="%s"%s tabindex="0"><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="5"/>%s\
                <svg x="%d" y="%d" width="%d" height="%d"><text class="label" x="0" y="17">%s</text></svg></g>
                """.formatted(
                        kind(bar),
                        scene.isMain() && bar.equals(wrong.orElse(null)) ? " id=\"contradiction\"" : "",
                        Html.text(details(bar)),
                        bar.left(),
                        top,
                        bar.right() - bar.left(),
                        BAR,
                        number,
                        bar.textLeft(),
                        top,
                        Math.max(0, bar.right() - bar.textLeft() - 2),
                        BAR,
                        Html.text(bar.label()));
    }

    private String kind(Timeline.Bar<I, O> bar) {
        long called = bar.operation().called();
        String kind = called == scene.offending().operation()
                ? "op wrong"
                : called == scene.offending().cause() ? "op cause" : bar.number() > 0 ? "op placed" : "op";
        return bar.operation().isOpen() ? kind + " open" : kind;
    }

    private String details(Timeline.Bar<I, O> bar) {
        Operation<I, O> operation = bar.operation();
        String place = bar.number() > 0
                ? "number " + bar.number() + " of the longest order"
                : operation.called() == scene.offending().operation()
                        ? "fits nowhere: " + scene.offending().expected()
                        : scene.order().isEmpty() ? "" : "not in the longest order";
        return Html.shortened(scene.words().apply(operation), 600) + "\nclient " + operation.client() + ", called at "
                + scene.clock().describe(operation.calledAt()) + ", "
                + (operation.isOpen()
                        ? "never answered: it may take effect at any time or never"
                        : "answered at " + scene.clock().describe(operation.returnedAt()))
                + (place.isEmpty() ? "" : "\n" + place);
    }

    /** What is wrong, below the bar, and within the drawing. */
    private String callout(Timeline.Bar<I, O> bar) {
        int middle = (bar.left() + bar.right()) / 2;
        int left = Math.max(2, Math.min(middle - calloutWidth() / 2, width - calloutWidth() - 4));
        int top = middle(bar.lane()) + BAR / 2 + 6;
        return """
                <g class="callout"><path d="M%d %d l6 -7 l6 7 z"/><rect x="%d" y="%d" width="%d" height="22" rx="4"/>\
                <text x="%d" y="%d">%s</text></g>
                """.formatted(middle - 6, top + 1, left, top, calloutWidth(), left + 8, top + 16, Html.text(expected));
    }

    private int calloutWidth() {
        return expected.length() * BOLD_LETTER + 16;
    }
}
