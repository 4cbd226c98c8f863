// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.statistics.Statistics;

class TextTest {

    private static Text text(List<String> parts) {
        Text text = Text.of("");
        for (String part : parts) {
            text = text.plus(part);
        }
        return text;
    }

    @Property(tries = 5_000, seed = "20261128")
    void itIsWhatItsPartsMake(
            @ForAll @Size(max = 4) List<@CharRange(from = 'a', to = 'b') @StringLength(max = 2) String> one,
            @ForAll @Size(max = 4) List<@CharRange(from = 'a', to = 'b') @StringLength(max = 2) String> other) {
        boolean equal = String.join("", one).equals(String.join("", other));
        assertThat(text(one)).hasToString(String.join("", one)).hasSameHashCodeAs(String.join("", one));
        assertThat(text(one).equals(text(other))).isEqualTo(equal);
        assertThat(text(one).is(String.join("", other))).isEqualTo(equal);
        assertThat(text(one).plus("b").equals(text(one).plus("b"))).isTrue();
        Statistics.label("equal")
                .collect(equal)
                .coverage(checker -> checker.check(true).percentage(share -> share > 3));
    }

    @Example
    void anEqualHashIsNotEnough() {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        assertThat(Text.of("x").plus("Aa")).isNotEqualTo(Text.of("x").plus("BB"));
        assertThat(Text.of("Aa").is("BB")).isFalse();
    }
}
