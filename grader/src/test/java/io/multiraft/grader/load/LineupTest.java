// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LineupTest {

    private static CompiledLayer compiled(String packageName, String classes) {
        return new CompiledLayer(classes, packageName);
    }

    @Test
    void aTestThatIsNotRunUsesNoLayer() {
        Lineup none = new Lineup(Map.of());

        assertThat(none.layers()).isEmpty();
        assertThat(none.with(compiled("io.multiraft.lab1", "a")).layers()).isEmpty();
    }

    @Test
    void allLayersOfAPackageAreExchangedAtOnce() {
        Lineup own = new Lineup(Map.of(
                Layer.RAFT, compiled("io.multiraft.lab1", "raft"),
                Layer.KV, compiled("io.multiraft.lab2", "kv"),
                Layer.KV_CLIENT, compiled("io.multiraft.lab2", "kv")));

        Lineup exchanged = own.with(compiled("io.multiraft.lab2", "other"));

        assertThat(exchanged.layers())
                .containsEntry(Layer.RAFT, compiled("io.multiraft.lab1", "raft"))
                .containsEntry(Layer.KV, compiled("io.multiraft.lab2", "other"))
                .containsEntry(Layer.KV_CLIENT, compiled("io.multiraft.lab2", "other"));
    }
}
