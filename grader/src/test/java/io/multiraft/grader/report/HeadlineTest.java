// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.report.GradeReport.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HeadlineTest {
    private static final TestKind PAPER = TestKind.PAPER;

    @Test
    void aBrokenPromiseComesBeforeAGroupThatMakesNoProgress() {
        assertThat(headline(
                        test("loud", "1B", PAPER, Property.LIVENESS),
                        test("cause", "1B", PAPER, Property.DURABILITY),
                        test("later", "1B", PAPER, Property.PROTOCOL)))
                .isEqualTo("cause");
    }

    @Test
    void thePaperComesBeforeCampaignsAndAnEarlierStepBeforeALaterOne() {
        assertThat(headline(
                        test("campaign", "1B", TestKind.CAMPAIGN, Property.VOTE_ONCE),
                        test("paper", "1B", PAPER, Property.LIVENESS),
                        test("next step", "1C", PAPER, Property.DURABILITY)))
                .isEqualTo("paper");
    }

    @Test
    void whatPassedOrIsNotStartedIsNoFailure() {
        GradeReport report = report(passed());
        assertThat(Headline.of(report)).isEmpty();
        assertThat(Headline.failed(report)).isEmpty();
    }

    private static String headline(GradeReport.Test... tests) {
        return Headline.of(report(tests)).orElseThrow().name();
    }

    private static GradeReport report(GradeReport.Test... tests) {
        List<GradeReport.Step> steps = List.of(new GradeReport.Step("1B", 0, 1, Status.FAILED, List.of(tests)));
        return new GradeReport(
                0, 1, 1, Map.of(), List.of(), List.of(new GradeReport.Lab("lab1", 0, 1, Map.of(), steps)));
    }

    private static GradeReport.Test passed() {
        return new GradeReport.Test("ok", "ok", 1, 1, Status.PASSED, 1, 1, 1, 1, Map.of(), "", null, "1A", PAPER);
    }

    private static GradeReport.Test test(String name, String step, TestKind kind, Property property) {
        GradeReport.Failure failure = new GradeReport.Failure(
                property, "raft", "facts", null, null, null, "replay", 1, 1, List.of(), "hint", "handout");
        return new GradeReport.Test(name, name, 1, 0, Status.FAILED, 1, 1, 1, 1, Map.of(), "", failure, step, kind);
    }
}
