// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuorumTest {

    @Test
    void majoritiesOfSmallGroupsAreThoseOfTheTextbook() {
        assertThat(IntStream.rangeClosed(1, 7).map(Quorum::majority)).containsExactly(1, 2, 2, 3, 3, 4, 4);
    }

    @Property(seed = "20261125")
    void twoMajoritiesAlwaysShareAMember(@ForAll @IntRange(min = 1, max = 1000) int members) {
        assertThat(2 * Quorum.majority(members)).isGreaterThan(members);
        assertThat(2 * (Quorum.majority(members) - 1)).isLessThanOrEqualTo(members);
    }

    @Property(seed = "20261125")
    void aMajorityHoldsTheIndexAndNoneHoldsTheNext(
            @ForAll @Size(min = 1, max = 9) List<@LongRange(min = 0, max = 12) Long> held) {
        long[] indices = held.stream().mapToLong(Long::longValue).toArray();
        long reached = Quorum.reachedByMajority(indices);
        assertThat(holding(indices, reached)).isGreaterThanOrEqualTo(Quorum.majority(indices.length));
        assertThat(holding(indices, reached + 1)).isLessThan(Quorum.majority(indices.length));
    }

    @Property(seed = "20261125")
    void theIndicesStayInTheirOrder(@ForAll @Size(min = 1, max = 9) long[] indices) {
        long[] before = indices.clone();
        Quorum.reachedByMajority(indices);
        assertThat(indices).isEqualTo(before);
    }

    private static long holding(long[] indices, long index) {
        return Arrays.stream(indices).filter(each -> each >= index).count();
    }
}
