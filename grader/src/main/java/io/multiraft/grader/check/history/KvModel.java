// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Optional;

/** A key-value store with get, put, append and delete; each key is a partition of its own. */
public final class KvModel implements Model<Optional<String>, KvModel.Input, KvModel.Output> {

    /** What can be asked of the store. */
    public enum Kind {
        /** Reads the value. */
        GET,
        /** Replaces the value. */
        PUT,
        /** Adds to the end of the value; to nothing, if there is none. */
        APPEND,
        /** Removes key and value. */
        DELETE
    }

    /**
     * A request.
     *
     * @param value what is put or appended; empty otherwise
     */
    public record Input(Kind kind, String key, String value) {}

    /**
     * An answer.
     *
     * @param value what a get found; empty if there was no such key, and for all other kinds
     */
    public record Output(Optional<String> value) {}

    /** As much of a value as a message shows. */
    private static final int SHOWN = 60;

    private final Optional<String> initial;

    /** A store in which every key begins with {@code initial}; empty: without a value. */
    public KvModel(Optional<String> initial) {
        this.initial = initial;
    }

    @Override
    public Optional<String> initial() {
        return initial;
    }

    @Override
    public Optional<Optional<String>> step(Optional<String> state, Input input, Optional<Output> output) {
        return switch (input.kind()) {
            case GET -> output.isEmpty() || output.get().value().equals(state) ? Optional.of(state) : Optional.empty();
            case PUT -> Optional.of(Optional.of(input.value()));
            case APPEND -> Optional.of(Optional.of(state.orElse("") + input.value()));
            case DELETE -> Optional.of(Optional.empty());
        };
    }

    @Override
    public Object partition(Input input) {
        return input.key();
    }

    @Override
    public String describe(Input input, Optional<Output> output) {
        return switch (input.kind()) {
            case GET ->
                "get(" + input.key() + ")"
                        + output.map(known -> " -> " + describe(known.value())).orElse("");
            case PUT -> "put(" + input.key() + ", " + shown(input.value()) + ")";
            case APPEND -> "append(" + input.key() + ", " + shown(input.value()) + ")";
            case DELETE -> "delete(" + input.key() + ")";
        };
    }

    @Override
    public String describe(Optional<String> state) {
        return state.map(KvModel::shown).orElse("absent");
    }

    /** The end of a long value tells most: what was appended last. */
    private static String shown(String value) {
        return value.length() <= SHOWN
                ? '"' + value + '"'
                : "\"…" + value.substring(value.length() - SHOWN) + "\" (" + value.length() + " characters)";
    }
}
