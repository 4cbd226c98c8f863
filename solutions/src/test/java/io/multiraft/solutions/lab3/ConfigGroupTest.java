// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import static io.multiraft.solutions.lab3.Server.groups;
import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.ConfigResult.Changed;
import io.multiraft.config.ConfigResult.Found;
import io.multiraft.config.ConfigResult.NoSuchVersion;
import io.multiraft.service.ServiceOptions;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The config server on the reference's Raft and replicated service. */
class ConfigGroupTest {
    private final ConfigGroup group = new ConfigGroup(3, 10, ServiceOptions.DEFAULT.withCompactAfterBytes(2_000));

    @Test
    void aLostAnswerDoesNotMakeASecondVersion() {
        group.loseAnswers(2);
        assertThat(group.execute(ConfigCommands.join(groups(1)))).isEqualTo(new Changed(1));
        assertThat(latest().version()).isEqualTo(1);
    }

    @Test
    void theNextLeaderKnowsAllThatWasAcknowledged() {
        for (long gid = 1; gid <= 5; gid++) {
            assertThat(group.execute(ConfigCommands.join(groups(gid)))).isEqualTo(new Changed(gid));
            Config before = latest();
            int leader = group.leader();
            group.crash(leader);
            assertThat(latest()).isEqualTo(before);
            group.boot(leader);
            group.run(1_000);
        }
    }

    @Test
    void everyVersionSurvivesARestartOfAll() {
        for (long gid = 1; gid <= 4; gid++) {
            group.execute(ConfigCommands.join(groups(gid)));
        }
        group.execute(ConfigCommands.leave(List.of(2L, 3L)));
        List<ConfigResult> before = versions();
        for (int server = 1; server <= 3; server++) {
            group.crash(server);
        }
        group.run(1_000);
        for (int server = 1; server <= 3; server++) {
            group.boot(server);
        }
        assertThat(versions()).isEqualTo(before);
        assertThat(group.execute(ConfigCommands.query(6))).isEqualTo(new NoSuchVersion());
        assertThat(group.execute(ConfigCommands.join(groups(9)))).isEqualTo(new Changed(6));
    }

    @Test
    void aServerThatComesBackGetsTheWholeHistoryAsASnapshot() {
        group.execute(ConfigCommands.join(groups(1, 2)));
        int away = group.leader() % 3 + 1;
        group.crash(away);
        long appliedBefore = group.status(away).lastApplied();
        for (int i = 0; i < 200; i++) {
            group.execute(ConfigCommands.move(i % 10, 1 + i % 2));
        }
        int leader = group.leader();
        assertThat(group.status(leader).firstIndex()).isGreaterThan(appliedBefore + 1);
        group.boot(away);
        group.run(1_000);
        group.execute(ConfigCommands.join(groups(3)));
        group.run(1_000);
        assertThat(group.data(away)).isEqualTo(group.data(leader));
        group.crash(leader);
        List<ConfigResult> all = versions();
        assertThat(all).hasSize(203);
        assertThat(all).last().isEqualTo(new Found(latest()));
        assertThat(group.execute(ConfigCommands.leave(List.of(1L)))).isEqualTo(new Changed(203));
    }

    @Test
    void everyServerHoldsTheSame() {
        for (long gid = 1; gid <= 12; gid++) {
            group.execute(ConfigCommands.join(groups(gid)));
        }
        group.execute(ConfigCommands.leave(List.of(12L, 3L, 7L)));
        group.run(1_000);
        assertThat(group.data(2)).isEqualTo(group.data(1));
        assertThat(group.data(3)).isEqualTo(group.data(1));
    }

    private Config latest() {
        return ((Found) group.execute(ConfigCommands.query(ConfigCommands.LATEST))).config();
    }

    /** All versions from 0 on. */
    private List<ConfigResult> versions() {
        long last = latest().version();
        return LongStream.rangeClosed(0, last)
                .mapToObj(version -> group.execute(ConfigCommands.query(version)))
                .toList();
    }
}
