// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.multiraft.node.Address;

/** Configurations as JSON, to the byte as the book shows them: one line, groups in numeric order. */
public final class ConfigJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addMixIn(Address.class, AddressAsText.class)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ConfigJson() {}

    /** {@code config} in one line. */
    public static String write(Config config) {
        try {
            return MAPPER.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration can always be written", e);
        }
    }

    /**
     * The configuration that {@link #write} wrote.
     *
     * @throws IllegalArgumentException if {@code json} is not a configuration
     */
    public static Config read(String json) {
        try {
            return MAPPER.readValue(json, Config.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a configuration: " + e.getOriginalMessage(), e);
        }
    }

    /** An address is a text in JSON. */
    private interface AddressAsText {
        @JsonValue
        String text();

        @JsonCreator
        static Address of(String text) {
            return new Address(text);
        }
    }
}
