// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.node.Address;
import io.multiraft.solutions.lab4.Errands.Attempt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a leader asks of other groups. */
class ErrandsTest {
    private static final List<Address> MEMBERS = List.of(new Address("a"), new Address("b"));

    private final Errands<Integer> errands = new Errands<>(Duration.ofMillis(10));

    private Optional<Attempt> begin(int errand, long nowMicros) {
        return errands.begin(errand, 1, MEMBERS, nowMicros);
    }

    @Test
    void anErrandIsUnderWayOnlyOnce() {
        Attempt attempt = begin(7, 0).orElseThrow();
        assertThat(begin(7, 0)).isEmpty();
        assertThat(errands.awaits(7, attempt)).isTrue();
        errands.succeeded(7, attempt);
        assertThat(errands.awaits(7, attempt)).isFalse();
        assertThat(begin(7, 0)).isPresent();
    }

    @Test
    void aGroupThatIsSilentIsBusyAndOthersAreNot() {
        for (int errand = 0; errand < 4; errand++) {
            assertThat(errands.isBusy(1)).isFalse();
            begin(errand, 0);
        }
        assertThat(errands.isBusy(1)).isTrue();
        assertThat(errands.isBusy(2)).isFalse();
    }

    @Test
    void whatHasFailedIsTriedWithTheNextMemberAfterARest() {
        Attempt attempt = begin(7, 0).orElseThrow();
        errands.failed(7, attempt, "NOT_YET");
        assertThat(begin(7, 0)).isEmpty();
        assertThat(errands.note(7)).isEqualTo("a answered NOT_YET");
        errands.rested(0);
        assertThat(begin(7, 0).orElseThrow().server()).isEqualTo(new Address("b"));
    }

    @Test
    void asManyFailuresAsThereAreMembersDoNotLeadBackToTheSameMember() {
        Attempt first = begin(1, 0).orElseThrow();
        Attempt second = begin(2, 0).orElseThrow();
        errands.failed(1, first, "NOT_LEADER");
        errands.failed(2, second, "NOT_LEADER");
        errands.rested(0);
        assertThat(begin(7, 0).orElseThrow().server()).isEqualTo(new Address("b"));
    }

    @Test
    void whoDoesNotAnswerIsGivenUpForTheNextMember() {
        Attempt attempt = begin(7, 0).orElseThrow();
        errands.rested(9_999);
        assertThat(errands.awaits(7, attempt)).isTrue();
        errands.rested(10_000);
        assertThat(errands.awaits(7, attempt)).isFalse();
        assertThat(errands.note(7)).isEqualTo("a of group 1 does not answer");
        assertThat(begin(7, 10_000).orElseThrow().server()).isEqualTo(new Address("b"));
    }

    @Test
    void anAnswerThatComesTooLateChangesNothing() {
        Attempt late = begin(7, 0).orElseThrow();
        errands.rested(10_000);
        Attempt present = begin(7, 10_000).orElseThrow();
        errands.failed(7, late, "GONE");
        errands.succeeded(7, late);
        assertThat(errands.awaits(7, present)).isTrue();
    }
}
