// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multiraft.config.rpc.ConfigRecord;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    /** The example of the book, chapter 6. */
    private static final String OF_THE_BOOK = "{\"Version\":6,\"Buckets\":[1,1,1,1,1,0,0,0,0,0],"
            + "\"Groups\":{\"1\":[\"127.0.0.1:6088\",\"127.0.0.1:6089\",\"127.0.0.1:6090\"]}}";

    @Test
    void theExampleOfTheBookIsWrittenToTheByte() {
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        groups.put(
                1L,
                List.of(new Address("127.0.0.1:6088"), new Address("127.0.0.1:6089"), new Address("127.0.0.1:6090")));
        Config config = new Config(6, List.of(1L, 1L, 1L, 1L, 1L, 0L, 0L, 0L, 0L, 0L), groups);
        assertThat(ConfigJson.write(config)).isEqualTo(OF_THE_BOOK);
        assertThat(ConfigJson.read(OF_THE_BOOK)).isEqualTo(config);
    }

    @Test
    void theFirstConfigurationHasNoGroups() {
        assertThat(ConfigJson.write(Config.initial(3))).isEqualTo("{\"Version\":0,\"Buckets\":[0,0,0],\"Groups\":{}}");
    }

    @Test
    void groupsAreInNumericOrderWhateverTheMapOrder() {
        SortedMap<Long, List<Address>> backwards = new TreeMap<>(Comparator.reverseOrder());
        LongStream.of(2, 10, 9, 100).forEach(gid -> backwards.put(gid, List.of(new Address("s" + gid))));
        assertThat(ConfigJson.write(new Config(1, List.of(0L), backwards)))
                .isEqualTo("{\"Version\":1,\"Buckets\":[0],\"Groups\":"
                        + "{\"2\":[\"s2\"],\"9\":[\"s9\"],\"10\":[\"s10\"],\"100\":[\"s100\"]}}");
    }

    @Test
    void noBucketsTooManyOrANegativeVersionAreNoConfiguration() {
        assertThatIllegalArgumentException().isThrownBy(() -> Config.initial(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Config.initial(Config.MAX_BUCKETS + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Config(-1, List.of(0L), new TreeMap<>()));
        assertThat(Config.initial(Config.MAX_BUCKETS).buckets()).hasSize(65_536);
    }

    @Test
    void aConfigurationDoesNotChangeWithWhatItWasMadeOf() {
        List<Long> buckets = new ArrayList<>(List.of(1L, 0L));
        List<Address> addresses = new ArrayList<>(List.of(new Address("a")));
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        groups.put(1L, addresses);
        Config config = new Config(1, buckets, groups);
        buckets.set(1, 1L);
        addresses.clear();
        groups.clear();
        assertThat(config.buckets()).containsExactly(1L, 0L);
        assertThat(config.groups()).containsExactlyEntriesOf(Collections.singletonMap(1L, List.of(new Address("a"))));
        assertThatThrownBy(() -> config.groups().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"Version\":6}",
                "{\"Version\":null,\"Buckets\":[0],\"Groups\":{}}",
                "{\"Version\":1,\"Buckets\":[],\"Groups\":{}}",
                "{\"Version\":1,\"Buckets\":[null],\"Groups\":{}}",
                "{\"Version\":1,\"Buckets\":[0],\"Groups\":{\"x\":[\"a\"]}}",
                "{\"Version\":1,\"Buckets\":[0],\"Groups\":{\"1\":[\" \"]}}",
                "{\"Version\":1,\"Buckets\":[0],\"Groups\":{\"1\":null}}",
                "{\"Version\":1,\"Version\":2,\"Buckets\":[0],\"Groups\":{}}",
                "{\"Version\":1,\"Buckets\":[0],\"Groups\":{},\"Shards\":[]}",
                "{\"Version\":1,\"Buckets\":[0],\"Groups\":{}} 7"
            })
    void whatIsNoConfigurationIsNotRead(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> ConfigJson.read(json));
    }

    @Property(seed = "20261125")
    void whatIsWrittenIsRead(@ForAll("configs") Config config) {
        assertThat(ConfigJson.read(ConfigJson.write(config))).isEqualTo(config);
        assertThat(ConfigEncoding.decode(ConfigEncoding.encode(config))).isEqualTo(config);
    }

    @Test
    void theLargestConfigurationFitsARecordWithRoomToSpare() {
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        LongStream.range(0, 1_000)
                .forEach(i -> groups.put(
                        Long.MAX_VALUE - i,
                        IntStream.range(0, 5)
                                .mapToObj(server -> new Address("config-" + i + "-" + server + ".example.org:65535"))
                                .toList()));
        List<Long> buckets = IntStream.range(0, Config.MAX_BUCKETS)
                .mapToObj(bucket -> Long.MAX_VALUE - bucket % 1_000)
                .toList();
        Config config = new Config(Long.MAX_VALUE, buckets, groups);
        assertThat(ConfigEncoding.encode(config).getSerializedSize()).isLessThan(Config.MAX_ENCODED_BYTES);
        assertThat(ConfigEncoding.decode(ConfigEncoding.encode(config))).isEqualTo(config);
    }

    @Test
    void anOwnerThatIsNotListedIsNoConfiguration() {
        ConfigRecord.Builder encoded = ConfigRecord.newBuilder().addOwners(7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigEncoding.decode(encoded.addBuckets(2).build()))
                .withMessage("a bucket belongs to owner 2 of 1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ConfigEncoding.decode(encoded.setBuckets(0, -1).build()));
    }

    /** Any of them, also with owners that are no groups. */
    @Provide
    Arbitrary<Config> configs() {
        Arbitrary<Long> gids = Arbitraries.oneOf(
                Arbitraries.longs().between(1, 5), Arbitraries.longs().greaterOrEqual(1));
        Arbitrary<List<Address>> addresses = Arbitraries.strings()
                .withCharRange('!', '\u9fff') // without surrogates, halves of which cannot be written in UTF-8
                .ofMinLength(1)
                .ofMaxLength(8)
                .filter(text -> !text.isBlank())
                .map(Address::new)
                .list()
                .ofMaxSize(3);
        return Combinators.combine(
                        Arbitraries.longs().greaterOrEqual(0),
                        Arbitraries.oneOf(gids, Arbitraries.just(Config.NOBODY))
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(20),
                        Arbitraries.maps(gids, addresses).ofMaxSize(5).map(TreeMap::new))
                .as(Config::new);
    }
}
