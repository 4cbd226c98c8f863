// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.multiraft.config.ClientBench.Sent;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryingConfigClientTest {
    private static final ConfigCommand MOVE = ConfigCommands.move(0, 1);
    private static final ConfigClientOptions OPTIONS =
            new ConfigClientOptions(Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofMillis(1_000));

    private final ClientBench bench = new ClientBench(OPTIONS, "a", "b", "c");

    @Test
    void eachAnswerHasItsResult() {
        Config config = Config.initial(2);
        assertThat(resultOf(ConfigReply.newBuilder().setVersion(4).build())).isEqualTo(new ConfigResult.Changed(4));
        assertThat(resultOf(ConfigReply.newBuilder()
                        .setConfig(ConfigEncoding.encode(config))
                        .build()))
                .isEqualTo(new ConfigResult.Found(config));
        assertThat(resultOf(error(ErrorCode.NO_SUCH_VERSION).build())).isEqualTo(new ConfigResult.NoSuchVersion());
        assertThat(resultOf(error(ErrorCode.REFUSED).setMessage("no").build()))
                .isEqualTo(new ConfigResult.Refused("no"));
        assertThat(resultOf(error(ErrorCode.TOO_LARGE).setLimitBytes(8).build()))
                .isEqualTo(new ConfigResult.Refused("the command is longer than the 8 bytes that a server takes"));
        assertThat(resultOf(error(ErrorCode.SUPERSEDED).build())).isInstanceOf(ConfigResult.GaveUp.class);
    }

    @Test
    void commandsAreNumberedAndWaitForTheirTurn() {
        bench.submit(MOVE);
        bench.submit(ConfigCommands.query(ConfigCommands.LATEST));
        assertThat(bench.sent).hasSize(1);
        bench.answer(bench.lastSent(), ConfigReply.newBuilder().setVersion(1).build());
        assertThat(bench.sent).extracting(sent -> sent.request().getSequence()).containsExactly(1L, 2L);
        assertThat(bench.sent)
                .extracting(sent -> sent.request().getClientId())
                .containsOnly(bench.lastSent().request().getClientId());
        assertThat(bench.results).containsExactly(new ConfigResult.Changed(1));
    }

    @Test
    void aCommandFromWithinAResultWaitsBehindTheOthers() {
        bench.submit(MOVE);
        bench.submit(ConfigCommands.move(1, 1));
        bench.onResult = result -> {
            if (bench.results.size() == 1) {
                bench.executeAtOnce(ConfigCommands.move(2, 1));
            }
        };
        for (int i = 0; i < 3; i++) {
            bench.answer(bench.lastSent(), ConfigReply.getDefaultInstance());
        }
        assertThat(bench.results).hasSize(3);
        assertThat(bench.sent)
                .extracting(sent -> sent.request().getCommand().getMove().getBucket())
                .containsExactly(0, 1, 2);
    }

    @Test
    void aServerThatIsSilentIsGivenUpForTheNext() {
        bench.submit(MOVE);
        bench.pass(350);
        assertThat(receivers()).containsExactly("a", "b", "c", "a");
        assertThat(bench.sent).extracting(Sent::atMillis).containsExactly(0L, 100L, 200L, 300L);
        assertThat(bench.sent)
                .extracting(Sent::request)
                .containsOnly(bench.lastSent().request());
    }

    @Test
    void aHintIsFollowedAtOnceAndTheLeaderRemembered() {
        bench.submit(MOVE);
        bench.answer(bench.lastSent(), ErrorCode.NOT_LEADER, "c");
        bench.answer(bench.lastSent(), ConfigReply.newBuilder().setVersion(1).build());
        bench.submit(MOVE);
        assertThat(receivers()).containsExactly("a", "c", "c");
        assertThat(bench.lastSent().atMillis()).isZero();
    }

    @Test
    void twoServersThatNameEachOtherAreNotAskedInALoopWithoutPause() {
        bench.submit(MOVE);
        for (int i = 0; i < 6; i++) {
            String other = bench.lastSent().to().text().equals("a") ? "b" : "a";
            bench.answer(bench.lastSent(), ErrorCode.NOT_LEADER, other);
            bench.pass(10);
        }
        assertThat(bench.lastSent().atMillis()).isGreaterThanOrEqualTo(40);
    }

    @Test
    void withoutAUsefulHintTheNextServerIsTriedAfterAPause() {
        bench.submit(MOVE);
        bench.answer(bench.lastSent(), ErrorCode.NOT_LEADER, "");
        assertThat(bench.sent).hasSize(1);
        bench.pass(10);
        bench.answer(bench.lastSent(), ErrorCode.NOT_LEADER, "b"); // itself
        bench.pass(10);
        bench.answer(bench.lastSent(), ErrorCode.NOT_LEADER, "stranger");
        bench.pass(10);
        bench.answer(bench.lastSent(), ErrorCode.TIMEOUT, "");
        bench.pass(10);
        assertThat(receivers()).containsExactly("a", "b", "c", "a", "b");
    }

    @Test
    void anAnswerToAnEarlierAttemptIsAnAnswer() {
        bench.submit(MOVE);
        Sent first = bench.lastSent();
        bench.pass(150);
        bench.answer(first, ErrorCode.NOT_LEADER, "c"); // late, and of no more use
        assertThat(receivers()).containsExactly("a", "b");
        bench.submit(MOVE);
        Sent second = bench.lastSent();
        bench.pass(100);
        bench.answer(second, ConfigReply.newBuilder().setVersion(1).build());
        assertThat(bench.results).containsExactly(new ConfigResult.Changed(1));
        assertThat(bench.lastSent().to().text()).isEqualTo("b");
    }

    @Test
    void anAnswerToAnEarlierCommandIsNot() {
        bench.submit(MOVE);
        Sent first = bench.lastSent();
        bench.pass(150);
        bench.answer(bench.lastSent(), ConfigReply.newBuilder().setVersion(1).build());
        bench.submit(MOVE);
        bench.answer(first, ConfigReply.newBuilder().setVersion(1).build());
        assertThat(bench.results).containsExactly(new ConfigResult.Changed(1));
    }

    @Test
    void atTheDeadlineItSaysWhatItSawLast() {
        bench.submit(MOVE);
        bench.pass(950);
        bench.answer(bench.lastSent(), ErrorCode.NOT_LEADER, "");
        bench.pass(50);
        assertThat(bench.results)
                .containsExactly(new ConfigResult.GaveUp("no result within 1000 ms; last: NOT_LEADER from a"));
        int attempts = bench.sent.size();
        bench.pass(5_000);
        assertThat(bench.sent).hasSize(attempts);
    }

    @Test
    void theDeadlineCountsFromACommandsTurn() {
        bench.submit(MOVE);
        bench.submit(MOVE);
        bench.pass(1_500);
        assertThat(bench.results).hasSize(1);
        bench.answer(bench.lastSent(), ConfigReply.newBuilder().setVersion(1).build());
        assertThat(bench.results).last().isEqualTo(new ConfigResult.Changed(1));
    }

    @Test
    void itNeedsAServerAndTimes() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryingConfigClient(List.of(), OPTIONS));
        assertThatIllegalArgumentException().isThrownBy(() -> OPTIONS.withDeadline(Duration.ZERO));
    }

    private List<String> receivers() {
        return bench.sent.stream().map(sent -> sent.to().text()).toList();
    }

    private static ConfigReply.Builder error(ErrorCode error) {
        return ConfigReply.newBuilder().setError(error);
    }

    private ConfigResult resultOf(ConfigReply reply) {
        bench.submit(MOVE);
        bench.answer(bench.lastSent(), reply);
        return bench.results.get(bench.results.size() - 1);
    }
}
