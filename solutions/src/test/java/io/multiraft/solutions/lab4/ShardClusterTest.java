// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.BucketState;
import io.multiraft.shard.rpc.BucketStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The whole system, on the reference's layers. */
class ShardClusterTest {
    private static final KvResult DONE = new KvResult.Done();

    private final ShardCluster cluster = new ShardCluster(10, 1, 2, 3);

    /** A key in each bucket, with the bucket's number as value. */
    private void fillAllBuckets() {
        for (int bucket = 0; bucket < 10; bucket++) {
            assertThat(cluster.put(cluster.keyOf(bucket), "value " + bucket)).isEqualTo(DONE);
        }
    }

    private void assertThatNothingIsLost() {
        for (int bucket = 0; bucket < 10; bucket++) {
            assertThat(cluster.get(cluster.keyOf(bucket))).isEqualTo("value " + bucket);
        }
    }

    private void settle(long version, long... gids) {
        cluster.until(() -> cluster.areAt(version, gids));
    }

    // ---- a fixed configuration --------------------------------------------------------------------------------------

    @Test
    void everyKeyIsServedByTheGroupThatOwnsItsBucket() {
        cluster.join(1, 2);
        fillAllBuckets();
        assertThatNothingIsLost();
        for (int bucket = 0; bucket < 10; bucket++) {
            assertThat(List.of(cluster.bucketStatus(1, bucket), cluster.bucketStatus(2, bucket)))
                    .containsExactlyInAnyOrder(BucketStatus.SERVING, BucketStatus.ABSENT);
        }
    }

    @Test
    void withoutAnyGroupTheClientSaysWhichBucketHasNone() {
        KvResult result = cluster.put(cluster.keyOf(7), "x");
        assertThat(((KvResult.GaveUp) result).reason()).contains("bucket 7 has no group: join one first");
    }

    @Test
    void aCommandWaitsForTheFirstGroup() {
        List<KvResult> results = new ArrayList<>();
        cluster.begin("client", Operation.PUT, "a", "1", results::add);
        cluster.run(1_000);
        assertThat(results).isEmpty();
        cluster.join(1);
        cluster.until(() -> !results.isEmpty());
        assertThat(results).containsExactly(DONE);
    }

    @Test
    void aClientFollowsTheLeaderOfAGroup() {
        cluster.join(1);
        fillAllBuckets();
        Address leader = cluster.leader(1).orElseThrow();
        cluster.crash(leader);
        assertThatNothingIsLost();
        assertThat(cluster.append(cluster.keyOf(3), "!")).isEqualTo(DONE);
        assertThat(cluster.get(cluster.keyOf(3))).isEqualTo("value 3!");
    }

    // ---- buckets move -----------------------------------------------------------------------------------------------

    @Test
    void aGroupThatJoinsGetsItsShareWithAllThatIsInIt() {
        cluster.join(1);
        fillAllBuckets();
        cluster.join(2);
        settle(2, 1, 2);
        assertThat(cluster.leaderStatus(2).getBucketsList()).hasSize(5);
        assertThatNothingIsLost();
    }

    @Test
    void aBucketOfManyPartsMovesWhole() {
        cluster.join(1, 2);
        cluster.move(4, 1);
        List<String> keys = cluster.keysOf(4).limit(60).toList();
        keys.forEach(key -> cluster.put(key, "value of " + key));
        cluster.move(4, 2);
        settle(3, 1, 2);
        assertThat(keys).allSatisfy(key -> assertThat(cluster.get(key)).isEqualTo("value of " + key));
        assertThat(cluster.bucket(2, 4).orElseThrow().getRecords()).isEqualTo(60);
    }

    @Test
    void groupsThatAreBehindGoThroughEveryExchangeOfBuckets() {
        cluster.join(1, 2);
        fillAllBuckets();
        settle(1, 1, 2);
        int ofFirst = firstBucketOf(1);
        int ofSecond = firstBucketOf(2);
        cluster.lose(request ->
                request.to().text().startsWith("c") && request.from().text().startsWith("g"));
        cluster.move(ofFirst, 2);
        cluster.move(ofSecond, 1);
        cluster.move(ofFirst, 1);
        cluster.move(ofSecond, 2);
        cluster.move(ofFirst, 2);
        cluster.move(ofSecond, 1);
        cluster.heal();
        settle(7, 1, 2);
        assertThat(cluster.bucketStatus(2, ofFirst)).isEqualTo(BucketStatus.SERVING);
        assertThat(cluster.bucketStatus(1, ofSecond)).isEqualTo(BucketStatus.SERVING);
        assertThatNothingIsLost();
    }

    private int firstBucketOf(long gid) {
        return cluster.leaderStatus(gid).getBuckets(0).getBucket();
    }

    @Test
    void aBucketThatComesBackHasWhatWasWrittenMeanwhile() {
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        String key = cluster.keyOf(5);
        cluster.append(key, "a");
        cluster.move(5, 2);
        cluster.append(key, "b");
        cluster.move(5, 1);
        cluster.append(key, "c");
        cluster.move(5, 2);
        cluster.append(key, "d");
        settle(5, 1, 2);
        assertThat(cluster.get(key)).isEqualTo("abcd");
        cluster.until(() -> cluster.areClean(1, 2));
        assertThat(cluster.get(key)).isEqualTo("abcd");
    }

    @Test
    void aBucketMovesOnAsFastAsConfigurationsCome() {
        cluster.join(1);
        cluster.joinWithoutRebalance(2, 3);
        String key = cluster.keyOf(5);
        for (int round = 0; round < 8; round++) {
            cluster.append(key, "x");
            cluster.move(5, 2);
            cluster.move(5, 3);
            cluster.move(5, 1);
        }
        settle(26, 1, 2, 3);
        assertThat(cluster.get(key)).isEqualTo("x".repeat(8));
        cluster.until(() -> cluster.areClean(1, 2, 3));
    }

    @Test
    void whenAllLeaveTheDataStaysAndIsFoundByWhoeverJoins() {
        cluster.join(1, 2);
        fillAllBuckets();
        cluster.leave(1L, 2L);
        settle(2, 1, 2);
        assertThat(cluster.leaderStatus(1).getBucketsList())
                .extracting(BucketState::getStatus)
                .containsOnly(BucketStatus.FROZEN);
        cluster.join(3);
        settle(3, 1, 2, 3);
        assertThatNothingIsLost();
        cluster.until(() -> cluster.areClean(1, 2, 3));
        cluster.leave(3L);
        cluster.join(1, 2);
        settle(5, 1, 2, 3);
        assertThatNothingIsLost();
    }

    @Test
    void whoComesBackFirstServesItsOwnBucketsAtOnce() {
        cluster.join(1);
        fillAllBuckets();
        cluster.leave(1L);
        cluster.join(1);
        assertThatNothingIsLost();
        assertThat(cluster.areClean(1)).isTrue();
    }

    @Test
    void aDelayedAppendIsExecutedOnceAlthoughItsBucketMoves() {
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        String key = cluster.keyOf(5);
        cluster.append(key, "a");
        // the command arrives, its answer does not; then the bucket moves, and the client asks the next owner
        List<KvResult> results = new ArrayList<>();
        cluster.begin("other", Operation.APPEND, key, "b", results::add);
        cluster.until(() -> cluster.data(cluster.leader(1).orElseThrow()).values().stream()
                .anyMatch(value -> value.toStringUtf8().equals("ab")));
        cluster.crashGroup(1);
        cluster.bootGroup(1);
        cluster.move(5, 2);
        cluster.until(() -> !results.isEmpty());
        assertThat(results).containsExactly(DONE);
        assertThat(cluster.get(key)).isEqualTo("ab");
    }

    // ---- crashes ----------------------------------------------------------------------------------------------------

    @Test
    void groupsThatRestartWhileBucketsMoveFinishWithoutClients() {
        for (long pause = 0; pause < 400; pause += 19) {
            ShardCluster fresh = new ShardCluster(10, 1, 2);
            fresh.join(1);
            for (int bucket = 0; bucket < 10; bucket++) {
                fresh.put(fresh.keyOf(bucket), "value " + bucket);
            }
            fresh.join(2);
            fresh.run(pause);
            fresh.crashGroup(1);
            fresh.crashGroup(2);
            fresh.run(500);
            fresh.bootGroup(1);
            fresh.bootGroup(2);
            fresh.until(() -> fresh.areAt(2, 1, 2) && fresh.areClean(1, 2));
            for (int bucket = 0; bucket < 10; bucket++) {
                assertThat(fresh.get(fresh.keyOf(bucket))).isEqualTo("value " + bucket);
            }
        }
    }

    @Test
    void aNewLeaderCommitsWhatWaitsAlthoughConfigServersAndClientsAreSilent() {
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        String key = cluster.keyOf(5);
        cluster.put(key, "x");
        cluster.move(5, 2);
        // the configuration is in the log of every server of group 1, and no leader says that it is committed
        cluster.until(() -> cluster.bucketStatus(1, 5) == BucketStatus.FROZEN);
        cluster.crashGroup(1);
        cluster.crashConfigServers();
        cluster.run(100);
        cluster.bootGroup(1);
        cluster.until(() -> cluster.bucketStatus(1, 5) == BucketStatus.FROZEN);
        cluster.bootConfigServers();
        settle(3, 1, 2);
        assertThat(cluster.get(key)).isEqualTo("x");
    }

    @Test
    void theSourceCanLoseItsLeaderWhileItHandsABucketOut() {
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        List<String> keys = cluster.keysOf(5).limit(40).toList();
        keys.forEach(key -> cluster.put(key, "value of " + key));
        cluster.move(5, 2);
        int[] pulls = {0};
        cluster.observe(request -> pulls[0] += request.is("Pull") ? 1 : 0);
        cluster.until(() -> pulls[0] == 5);
        cluster.crash(cluster.leader(1).orElseThrow());
        settle(3, 2);
        assertThat(keys).allSatisfy(key -> assertThat(cluster.get(key)).isEqualTo("value of " + key));
    }

    @Test
    void aSourceThatWasStoppedTooEarlyIsNamedAndTheBucketArrivesWhenItIsBack() {
        cluster.join(1);
        fillAllBuckets();
        cluster.lose(request -> request.is("Pull"));
        cluster.join(2);
        cluster.leave(1L);
        cluster.until(() -> cluster.leaderStatus(1).getConfigVersion() == 3);
        cluster.crashGroup(1);
        cluster.heal();
        cluster.run(5_000);
        BucketState waiting = cluster.leaderStatus(2).getBuckets(0);
        assertThat(waiting.getStatus()).isEqualTo(BucketStatus.PULLING);
        assertThat(waiting.getFromGid()).isEqualTo(1);
        assertThat(waiting.getNote()).contains("of group 1 does not answer");
        cluster.bootGroup(1);
        settle(3, 2);
        assertThatNothingIsLost();
    }

    @Test
    void everyServerOfAGroupHoldsTheSame() {
        cluster.join(1);
        fillAllBuckets();
        cluster.join(2, 3);
        fillAllBuckets();
        cluster.leave(1L);
        settle(3, 1, 2, 3);
        cluster.until(() -> cluster.areClean(1, 2, 3));
        cluster.run(1_000);
        for (long gid = 1; gid <= 3; gid++) {
            List<Map<ByteString, ByteString>> states =
                    ShardCluster.servers(gid).stream().map(cluster::data).toList();
            assertThat(states.get(1)).isEqualTo(states.get(0));
            assertThat(states.get(2)).isEqualTo(states.get(0));
        }
    }

    // ---- availability -----------------------------------------------------------------------------------------------

    @Test
    void bucketsThatStayAndBucketsThatHaveArrivedAreServedWhileAnotherIsAwaited() {
        cluster.join(1, 2);
        fillAllBuckets();
        settle(1, 1, 2);
        int arriving = firstBucketOf(1);
        cluster.lose(request -> request.is("Pull") && request.to().text().startsWith("g2"));
        cluster.leave(2L);
        cluster.until(() -> cluster.leaderStatus(1).getConfigVersion() == 2);
        assertThat(cluster.leaderStatus(1).getBucketsList())
                .extracting(BucketState::getStatus)
                .contains(BucketStatus.PULLING);
        assertThat(cluster.get(cluster.keyOf(arriving))).isEqualTo("value " + arriving);
        cluster.heal();
        settle(2, 1);
        assertThatNothingIsLost();
    }

    @Test
    void aDeadGroupDoesNotHoldUpTheBucketsOfALivingOne() {
        cluster.join(1, 2);
        fillAllBuckets();
        settle(1, 1, 2);
        List<Integer> ofSecond = IntStream.range(0, 10)
                .filter(bucket -> cluster.bucketStatus(2, bucket) == BucketStatus.SERVING)
                .boxed()
                .toList();
        cluster.leave(1L, 2L);
        settle(2, 1, 2);
        cluster.crashGroup(1);
        cluster.join(3);
        for (int bucket : ofSecond) {
            assertThat(cluster.get(cluster.keyOf(bucket))).isEqualTo("value " + bucket);
        }
    }

    // ---- garbage ----------------------------------------------------------------------------------------------------

    @Test
    void theFormerOwnerForgetsABucketThatWasTakenOver() {
        cluster.join(1);
        fillAllBuckets();
        cluster.join(2);
        cluster.leave(1L);
        settle(3, 1, 2);
        cluster.until(() -> cluster.areClean(1, 2));
        cluster.run(1_000);
        assertThat(cluster.data(ShardCluster.servers(1).get(0)).values())
                .noneMatch(value -> value.toStringUtf8().startsWith("value"));
        assertThatNothingIsLost();
    }

    @Test
    void theDutyToDeleteOutlivesTheLeaderAndDoesNotHoldUpConfigurations() {
        cluster.join(1);
        fillAllBuckets();
        cluster.lose(request -> request.is("Delete"));
        cluster.join(2);
        cluster.move(0, 1);
        cluster.move(0, 2);
        settle(4, 1, 2);
        assertThat(cluster.leaderStatus(2).getDeletionsDue()).isPositive();
        cluster.crashGroup(2);
        cluster.bootGroup(2);
        cluster.heal();
        settle(4, 1, 2);
        cluster.until(() -> cluster.areClean(1, 2));
        assertThatNothingIsLost();
    }

    @Test
    void aLateDeleteDoesNotTouchABucketThatHasComeBack() {
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        String key = cluster.keyOf(5);
        cluster.put(key, "x");
        cluster.lose(request -> request.is("Delete") && request.to().text().startsWith("g1"));
        cluster.move(5, 2);
        settle(3, 1, 2);
        cluster.move(5, 1);
        settle(4, 1, 2);
        cluster.heal();
        cluster.until(() -> cluster.areClean(1, 2));
        assertThat(cluster.get(key)).isEqualTo("x");
        assertThat(cluster.bucketStatus(1, 5)).isEqualTo(BucketStatus.SERVING);
    }

    // ---- load -------------------------------------------------------------------------------------------------------

    @Test
    void appendsOfManyClientsHappenOnceEachWhileEverythingMoves() {
        cluster.join(1);
        int clients = 5;
        int each = 40;
        int[] done = {0};
        for (int client = 0; client < clients; client++) {
            for (int number = 0; number < each; number++) {
                String text = "(" + client + ":" + number + ")";
                cluster.begin("client" + client, Operation.APPEND, cluster.keyOf(number % 10), text, result -> {
                    assertThat(result).isEqualTo(DONE);
                    done[0]++;
                });
            }
        }
        cluster.join(2);
        cluster.run(100);
        cluster.join(3);
        cluster.crash(ShardCluster.servers(2).get(0));
        cluster.leave(1L);
        cluster.run(150);
        cluster.boot(ShardCluster.servers(2).get(0));
        cluster.crashGroup(3);
        cluster.join(1);
        cluster.bootGroup(3);
        cluster.leave(2L);
        cluster.until(() -> done[0] == clients * each);
        settle(6, 1, 3);
        for (int key = 0; key < 10; key++) {
            String value = cluster.get(cluster.keyOf(key));
            for (int client = 0; client < clients; client++) {
                int behind = -1;
                for (int number = key; number < each; number += 10) {
                    String text = "(" + client + ":" + number + ")";
                    assertThat(value.indexOf(text)).isGreaterThan(behind).isEqualTo(value.lastIndexOf(text));
                    behind = value.indexOf(text);
                }
            }
        }
    }

    @Test
    void aBucketOfManyMegabytesMovesInMessagesBelowTheLimit() {
        ShardCluster large = new ShardCluster(
                2, ShardOptions.DEFAULT.withService(ServiceOptions.DEFAULT.withCompactAfterBytes(1 << 20)), 1, 2);
        large.join(1);
        large.joinWithoutRebalance(2);
        List<String> keys = large.keysOf(1).limit(40).toList();
        String value = "v".repeat(300 << 10);
        keys.forEach(key -> large.put(key, value));
        int[] longest = {0};
        large.observe(
                request -> longest[0] = Math.max(longest[0], request.payload().size()));
        large.move(1, 2);
        large.until(() -> large.areAt(3, 1, 2) && large.areClean(1, 2));
        assertThat(longest[0]).isBetween(300 << 10, 1 << 20);
        assertThat(keys).allSatisfy(key -> assertThat(large.get(key)).hasSize(300 << 10));
    }
}
