// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.node.Address;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.TransferError;
import io.multiraft.storage.Keys;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a group does with configurations and handovers, as group 1 of two buckets. */
class GroupStateTest {
    private final MemoryState content = new MemoryState();
    private final GroupState group = new GroupState(1);

    private static Config config(long version, Long... owners) {
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        for (long gid = 1; gid <= 3; gid++) {
            groups.put(gid, List.of(new Address("g" + gid + " at " + version)));
        }
        return new Config(version, Arrays.asList(owners), groups);
    }

    private void adopt(long version, Long... owners) {
        Config next = config(version, owners);
        assertThat(group.accepts(next)).isTrue();
        group.adopt(next, content);
    }

    @Test
    void beforeTheFirstConfigurationNothingIsServed() {
        assertThat(group.serves(0)).isFalse();
        assertThat(group.bucketOf(Keys.ofText("key"))).isZero();
    }

    @Test
    void configurationsAreAcceptedOneByOne() {
        assertThat(group.accepts(config(2, 1L, 1L))).isFalse();
        adopt(1, 1L, 2L);
        assertThat(group.accepts(config(1, 2L, 2L))).isFalse();
        assertThat(group.accepts(config(3, 2L, 2L))).isFalse();
        assertThat(group.accepts(config(2, 2L, 2L))).isTrue();
        assertThat(group.lastConfig()).isEqualTo(Config.initial(2));
    }

    @Test
    void noConfigurationIsAcceptedWhileABucketIsAwaited() {
        adopt(1, 1L, 2L);
        adopt(2, 1L, 1L);
        assertThat(group.accepts(config(3, 1L, 1L))).isFalse();
    }

    @Test
    void aGroupThatWaitsItselfHandsOutWhatItHasLost() {
        adopt(1, 1L, 2L);
        new BucketView(content, 0).put(Keys.ofText("key"), Keys.ofText("value"));
        adopt(2, 2L, 1L);
        assertThat(group.bucket(1).status()).isEqualTo(BucketStatus.PULLING);
        assertThat(group.whetherKept(new Handover(0, 2))).isEqualTo(TransferError.OK);
        assertThat(Chunks.read(new Handover(0, 2), ByteString.EMPTY, content, 100)
                        .getRecordsCount())
                .isEqualTo(1);
    }

    @Test
    void whoIsBehindSaysSoAndWhoKeepsNothingToo() {
        adopt(1, 1L, 2L);
        assertThat(group.whetherKept(new Handover(0, 2))).isEqualTo(TransferError.NOT_YET);
        assertThat(group.whetherKept(new Handover(0, 1))).isEqualTo(TransferError.GONE);
        assertThat(group.whetherKept(new Handover(9_999, 1))).isEqualTo(TransferError.GONE);
    }

    @Test
    void aBucketIsDeletedForItsOwnHandoverOnlyAndMoreThanOnceIsAllRight() {
        adopt(1, 1L, 1L);
        new BucketView(content, 0).put(Keys.ofText("key"), Keys.ofText("value"));
        adopt(2, 2L, 1L);
        group.delete(new Handover(0, 1), content);
        assertThat(content.bucket(0)).hasSize(1);
        group.delete(new Handover(0, 2), content);
        assertThat(content.bucket(0)).isEmpty();
        assertThat(group.bucket(0)).isEqualTo(Bucket.absent(0));
        group.delete(new Handover(0, 2), content);
        group.delete(new Handover(1, 2), content);
        assertThat(group.serves(1)).isTrue();
    }

    @Test
    void aGroupIsFoundWhereItIsNowOrWhereItWasLast() {
        adopt(1, 2L, 2L);
        adopt(2, 1L, 2L);
        Origin origin = group.bucket(0).origin().orElseThrow();
        assertThat(origin.addresses()).containsExactly(new Address("g2 at 1"));
        assertThat(group.addressesOf(origin)).containsExactly(new Address("g2 at 2"));
        assertThat(group.addressesOf(new Origin(9, 1, List.of(new Address("gone")))))
                .containsExactly(new Address("gone"));
    }
}
