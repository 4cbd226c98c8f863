// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.node.Address;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.Chunk;
import io.multiraft.shard.rpc.TransferError;
import io.multiraft.storage.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Three groups follow a history of configurations, each at its own pace, and hand buckets over: without servers, logs and
 * networks, but with late and repeated messages.
 */
class HandoverTest {
    private static final int BUCKETS = 3;
    private static final int GROUPS = 3;
    private static final int MAX_BYTES = 20;

    /** So many of the last letters of a text have a key. */
    private static final int LETTERS = 1;

    private static final int ROUNDS_TO_THE_END = 300;

    /** A group that serves, follows and hands over; and what it was told and is told again. */
    private static final class Group {
        final GroupState state;
        final MemoryState content = new MemoryState();

        Group(long gid) {
            state = new GroupState(gid);
        }

        boolean serves(int bucket) {
            return state.serves(bucket);
        }

        /** All that was written to a bucket, in order. */
        String read(int bucket) {
            return new BucketReader(content, bucket)
                    .get(Keys.ofText("text"))
                    .map(ByteString::toStringUtf8)
                    .orElse("");
        }

        /** Adds to the text; a key for each of the last letters goes with it. */
        void write(int bucket, String more) {
            String before = read(bucket);
            BucketView view = new BucketView(content, bucket);
            view.put(Keys.ofText("text"), Keys.ofText(before + more));
            view.put(Keys.ofText("key " + more), Keys.ofText("value " + more));
            if (before.length() >= LETTERS) {
                view.delete(Keys.ofText("key " + before.charAt(before.length() - LETTERS)));
            }
            content.session(bucket, "client", before.length() + 1L);
        }
    }

    private List<Group> groups = List.of();
    private final List<Chunk> sentChunks = new ArrayList<>();
    private final List<Handover> sentDeletions = new ArrayList<>();
    private final String[] written = new String[BUCKETS];

    /** Each try begins anew. */
    private void begin() {
        groups = LongStream.rangeClosed(1, GROUPS).mapToObj(Group::new).toList();
        sentChunks.clear();
        sentDeletions.clear();
        Arrays.fill(written, "");
    }

    @Provide
    Arbitrary<List<Config>> histories() {
        Arbitrary<List<Long>> owners =
                Arbitraries.longs().between(0, GROUPS).list().ofSize(BUCKETS);
        return owners.list()
                .ofMinSize(1)
                .ofMaxSize(9)
                .map(all -> IntStream.range(0, all.size())
                        .mapToObj(index -> new Config(index + 1, all.get(index), groupsOf(all.get(index))))
                        .toList());
    }

    private static SortedMap<Long, List<Address>> groupsOf(List<Long> owners) {
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        owners.stream().filter(gid -> gid != 0).forEach(gid -> groups.put(gid, List.of(new Address("g" + gid))));
        return groups;
    }

    @Property(tries = 300, seed = "20261125")
    void atMostOneGroupServesABucketAndItHasAllThatWasEverWrittenToIt(
            @ForAll("histories") List<Config> history, @ForAll long seed) {
        begin();
        Random random = new Random(seed);
        for (int step = 0; step < 40 * history.size(); step++) {
            act(groups.get(random.nextInt(GROUPS)), history, random);
            checkServing();
        }
        for (int round = 0; round < ROUNDS_TO_THE_END; round++) {
            groups.forEach(group -> goOn(group, history));
        }
        checkServing();
        checkEnd(history.get(history.size() - 1));
    }

    private void checkServing() {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            int id = bucket;
            List<Group> serving =
                    groups.stream().filter(group -> group.serves(id)).toList();
            assertThat(serving).hasSizeLessThanOrEqualTo(1);
            serving.forEach(group -> checkContent(group, id));
        }
    }

    private void checkContent(Group group, int bucket) {
        int letters = written[bucket].length();
        assertThat(group.read(bucket)).isEqualTo(written[bucket]);
        assertThat(group.content.bucket(bucket)).hasSize(letters == 0 ? 0 : 1 + Math.min(letters, LETTERS));
        assertThat(group.content.session(bucket, "client").orElse(0L)).isEqualTo(letters);
    }

    /** Everybody has come to the end of the history, and what is not needed is gone. */
    private void checkEnd(Config last) {
        for (Group group : groups) {
            assertThat(group.state.curConfig()).isEqualTo(last);
            assertThat(group.state.deletionDuties().size()).isZero();
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                boolean owns = last.buckets().get(bucket) == group.state.gid();
                boolean kept = group.state.bucket(bucket).is(BucketStatus.FROZEN);
                assertThat(group.serves(bucket)).isEqualTo(owns);
                assertThat(kept && last.buckets().get(bucket) != 0).isFalse();
                if (!owns && !kept) {
                    assertThat(group.content.bucket(bucket)).isEmpty();
                }
            }
            assertThat(reloaded(group).buckets())
                    .containsExactlyElementsOf(group.state.buckets().toList());
        }
    }

    private static GroupState reloaded(Group group) {
        GroupState fresh = new GroupState(group.state.gid());
        fresh.load(group.content);
        return fresh;
    }

    /** Does whatever can be done. */
    private void goOn(Group group, List<Config> history) {
        follow(group, history);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            pull(group, bucket);
            haveDeleted(group, bucket);
        }
    }

    private void act(Group group, List<Config> history, Random random) {
        int bucket = random.nextInt(BUCKETS);
        switch (random.nextInt(7)) {
            case 0 -> follow(group, history);
            case 1 -> write(group, bucket);
            case 2 -> pull(group, bucket);
            case 3 -> haveDeleted(group, bucket);
            case 4 -> any(sentChunks, random).ifPresent(late -> group.state.install(late, group.content));
            case 5 -> any(sentDeletions, random).ifPresent(late -> group.state.delete(late, group.content));
            default -> checkAcceptance(group, history.get(random.nextInt(history.size())));
        }
    }

    private static <T> Optional<T> any(List<T> all, Random random) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private static void checkAcceptance(Group group, Config config) {
        if (group.state.accepts(config)) {
            assertThat(config.version()).isEqualTo(group.state.curConfig().version() + 1);
        }
    }

    private static void follow(Group group, List<Config> history) {
        int next = (int) group.state.curConfig().version();
        if (next < history.size() && group.state.accepts(history.get(next))) {
            group.state.adopt(history.get(next), group.content);
        }
    }

    private void write(Group group, int bucket) {
        if (group.serves(bucket)) {
            String more = String.valueOf((char) ('a' + written[bucket].length() % 26));
            group.write(bucket, more);
            written[bucket] += more;
        }
    }

    private void pull(Group group, int id) {
        Bucket bucket = group.state.bucket(id);
        if (bucket.is(BucketStatus.PULLING)) {
            Origin origin = bucket.origin().orElseThrow();
            Group source = groups.get((int) origin.gid() - 1);
            assertThat(group.state.addressesOf(origin)).containsExactly(new Address("g" + origin.gid()));
            Handover handover = new Handover(id, origin.version());
            TransferError kept = source.state.whetherKept(handover);
            assertThat(kept).isNotEqualTo(TransferError.GONE);
            if (kept == TransferError.OK) {
                Chunk chunk = Chunks.read(handover, bucket.cursor(), source.content, MAX_BYTES);
                sentChunks.add(chunk);
                group.state.install(chunk, group.content);
            }
        }
    }

    /** Not every duty at once: another configuration may come first. */
    private void haveDeleted(Group group, int bucket) {
        for (long gid : List.copyOf(group.state.deletionDuties().byGroup().gids())) {
            for (Handover duty :
                    List.copyOf(group.state.deletionDuties().byGroup().of(gid))) {
                if (duty.bucket() == bucket) {
                    Group formerOwner = groups.get((int) gid - 1);
                    sentDeletions.add(duty);
                    formerOwner.state.delete(duty, formerOwner.content);
                    group.state.deleted(duty, group.content);
                }
            }
        }
    }
}
