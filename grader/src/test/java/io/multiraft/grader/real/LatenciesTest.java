// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void sharesOfAllTimesAreFound() {
        for (int micros = 1; micros <= 100_000; micros++) {
            latencies.add(micros);
        }
        assertThat((double) latencies.microsAt(500)).isCloseTo(50_000, within(1_000.0));
        assertThat((double) latencies.microsAt(990)).isCloseTo(99_000, within(2_000.0));
        assertThat(latencies.microsAt(0.001)).isEqualTo(1);
        assertThat(latencies.maxMicros()).isEqualTo(100_000);
        assertThat(latencies.total()).isEqualTo(100_000);
    }

    @Test
    void withoutAnyTimeAllSharesAreZero() {
        assertThat(latencies.microsAt(500)).isZero();
        assertThat(latencies.maxMicros()).isZero();
    }

    @Property(seed = "20261125")
    void aTimeIsFoundToWithinTwoPercent(@ForAll @LongRange(min = 0, max = 3_000_000_000L) long micros) {
        Latencies one = new Latencies();
        one.add(micros);
        assertThat(one.microsAt(999)).isBetween(micros - micros / 50, micros);
    }
}
