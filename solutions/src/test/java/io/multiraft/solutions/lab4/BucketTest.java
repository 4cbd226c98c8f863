// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.Chunk;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a bucket from one configuration to the next, as group 1 sees it. */
class BucketTest {
    private static final List<Address> ADDRESSES = List.of(new Address("a"), new Address("b"));

    private Bucket bucket = Bucket.absent(7);
    private long version;

    /** The owner changes. */
    private BucketTest move(long from, long to) {
        bucket = bucket.next(new BucketMove(++version, from, from == 0 ? List.of() : ADDRESSES, to), 1);
        assertThat(BucketEncoding.decode(7, BucketEncoding.encode(bucket))).isEqualTo(bucket);
        return this;
    }

    private BucketTest arrives() {
        Chunk rest = Chunk.newBuilder()
                .setBucket(7)
                .setVersion(bucket.origin().orElseThrow().version())
                .setCursor(bucket.cursor())
                .setDone(true)
                .build();
        assertThat(bucket.awaits(rest)).isTrue();
        bucket = bucket.with(rest);
        return this;
    }

    private void assertPulledFrom(long gid, long handoverVersion) {
        assertThat(bucket.status()).isEqualTo(BucketStatus.PULLING);
        assertThat(bucket.origin()).contains(new Origin(gid, handoverVersion, ADDRESSES));
    }

    @Test
    void aBucketThatNobodyEverHadIsServedAtOnce() {
        move(0, 1);
        assertThat(bucket).isEqualTo(Bucket.serving(7, 1));
    }

    @Test
    void aBucketThatAnotherGroupHadIsPulled() {
        move(0, 2).move(2, 1);
        assertPulledFrom(2, 2);
        arrives();
        assertThat(bucket).isEqualTo(Bucket.serving(7, 2));
    }

    @Test
    void aBucketThatIsLostIsKeptForTheNextOwner() {
        move(0, 1).move(1, 2);
        assertThat(bucket.status()).isEqualTo(BucketStatus.FROZEN);
        assertThat(bucket.kept()).contains(new Kept(2, 2));
        assertThat(bucket.withoutKept().status()).isEqualTo(BucketStatus.ABSENT);
    }

    @Test
    void aBucketWithoutOwnerIsKeptForWhoeverComes() {
        move(0, 1).move(1, 0);
        assertThat(bucket.kept()).contains(new Kept(2, 0));
        move(0, 3);
        assertThat(bucket.kept()).contains(new Kept(2, 3));
        assertThat(bucket.status()).isEqualTo(BucketStatus.FROZEN);
    }

    @Test
    void whoHadItLastServesItAgainWithoutFetchingAnything() {
        move(0, 1).move(1, 0).move(0, 1);
        assertThat(bucket).isEqualTo(Bucket.serving(7, 3));
    }

    @Test
    void whatIsKeptIsOldWhenSomebodyHadTheBucketSince() {
        move(0, 1).move(1, 0).move(0, 2).move(2, 0).move(0, 1);
        assertPulledFrom(2, 4);
        assertThat(bucket.kept()).contains(new Kept(2, 2));
    }

    @Test
    void aBucketWithoutOwnerIsPulledFromWhoHadItLast() {
        move(0, 2).move(2, 3).move(3, 0).move(0, 1);
        assertPulledFrom(3, 3);
    }

    @Test
    void aBucketThatBouncesIsStillKeptForTheGroupInBetween() {
        move(0, 1).move(1, 2).move(2, 1);
        assertPulledFrom(2, 3);
        assertThat(bucket.isKeptFor(2)).isTrue();
        bucket = bucket.with(
                Chunk.newBuilder().setNextCursor(ByteString.copyFromUtf8("rk")).build());
        assertThat(bucket.isKeptFor(2)).isFalse();
        assertThat(bucket.cursor().toStringUtf8()).isEqualTo("rk");
    }

    @Test
    void onlyTheNextPartOfTheRightHandoverIsAwaited() {
        move(0, 2).move(2, 1);
        Chunk first = Chunk.newBuilder()
                .setVersion(2)
                .setNextCursor(ByteString.copyFromUtf8("rk"))
                .build();
        assertThat(bucket.awaits(first)).isTrue();
        assertThat(bucket.awaits(first.toBuilder().setVersion(1).build())).isFalse();
        bucket = bucket.with(first);
        assertThat(bucket.awaits(first)).isFalse();
        arrives();
        assertThat(bucket.awaits(first)).isFalse();
    }

    @Test
    void noConfigurationBeginsWhileTheBucketIsPulled() {
        move(0, 2).move(2, 1);
        assertThatThrownBy(() -> move(1, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bucket 7");
    }

    @Test
    void whoHasNothingToDoWithItRemembersNothingUnlessNobodyOwnsIt() {
        move(0, 2).move(2, 3);
        assertThat(bucket).isEqualTo(Bucket.absent(7));
        move(3, 0);
        assertThat(bucket.origin()).contains(new Origin(3, 3, ADDRESSES));
        move(0, 2);
        assertThat(bucket.origin()).isEqualTo(Optional.empty());
    }
}
