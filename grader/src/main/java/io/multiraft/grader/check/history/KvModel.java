// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.List;
import java.util.Optional;

/** A key-value store with get, put, append and delete; each key is a partition of its own. */
public final class KvModel implements Model<Optional<Text>, KvModel.Input, KvModel.Output> {

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

    /** What is said of a delete. */
    public enum DeleteAnswers {
        /** {@link Done} if there was such a key, else {@link NoSuchKey}. */
        TELL_WHETHER_THERE_WAS_ONE,
        /** {@link Done} always. */
        ALWAYS_DONE
    }

    /**
     * A request.
     *
     * @param value what is put or appended; empty otherwise
     */
    public record Input(Kind kind, String key, String value) {

        /** Asks for the value of {@code key}. */
        public static Input get(String key) {
            return new Input(Kind.GET, key, "");
        }

        /** Asks to set {@code key} to {@code value}. */
        public static Input put(String key, String value) {
            return new Input(Kind.PUT, key, value);
        }

        /** Asks to add {@code value} to the end. */
        public static Input append(String key, String value) {
            return new Input(Kind.APPEND, key, value);
        }

        /** Asks to remove {@code key}. */
        public static Input delete(String key) {
            return new Input(Kind.DELETE, key, "");
        }
    }

    /** An answer. */
    public sealed interface Output {}

    /** A get found {@code value}. */
    public record Found(String value) implements Output {}

    /** There was no such key: of a get or a delete. */
    public record NoSuchKey() implements Output {}

    /** A put, append or delete took effect. */
    public record Done() implements Output {}

    /** It was refused for good, had no effect, and says nothing about the value. */
    public record Refused(String reason) implements Output {}

    /** As much of a value as a message shows. */
    private static final int SHOWN = 60;

    private static final int SHOWN_OF_REST = 30;

    /** Up to this length, a difference can be seen without help. */
    private static final int EASY = 20;

    private final Optional<Text> initial;
    private final DeleteAnswers deletes;

    /** A store without any key, in which a delete tells whether there was one. */
    public KvModel() {
        this(Optional.empty(), DeleteAnswers.TELL_WHETHER_THERE_WAS_ONE);
    }

    /** A store in which every key begins with {@code initial}; empty: without a value. */
    public KvModel(Optional<String> initial, DeleteAnswers deletes) {
        this.initial = initial.map(Text::of);
        this.deletes = deletes;
    }

    @Override
    public Optional<Text> initial() {
        return initial;
    }

    /** Whether a delete that answers {@link Done} has removed something. */
    boolean doneMeansThereWasOne() {
        return deletes == DeleteAnswers.TELL_WHETHER_THERE_WAS_ONE;
    }

    @Override
    public Optional<Optional<Text>> step(Optional<Text> state, Input input, Optional<Output> output) {
        if (output.isPresent() && !isRight(output.get(), state, input.kind())) {
            return Optional.empty();
        } else if (onlyReads(input, output)) {
            return Optional.of(state);
        }
        return Optional.of(
                switch (input.kind()) {
                    case GET -> state;
                    case PUT -> Optional.of(Text.of(input.value()));
                    case APPEND -> Optional.of(state.orElse(Text.of("")).plus(input.value()));
                    case DELETE -> Optional.empty();
                });
    }

    private boolean isRight(Output output, Optional<Text> state, Kind kind) {
        if (output instanceof Refused) {
            return true;
        } else if (output instanceof Found found) {
            return kind == Kind.GET && state.isPresent() && state.get().is(found.value());
        } else if (output instanceof NoSuchKey) {
            return state.isEmpty() && (kind == Kind.GET || kind == Kind.DELETE);
        }
        return switch (kind) {
            case GET -> false;
            case PUT, APPEND -> true;
            case DELETE -> state.isPresent() || !doneMeansThereWasOne();
        };
    }

    @Override
    public Object partition(Input input) {
        return input.key();
    }

    @Override
    public boolean onlyReads(Input input, Optional<Output> output) {
        return input.kind() == Kind.GET || (output.isPresent() && output.get() instanceof Refused);
    }

    @Override
    public Model<?, Input, Output> tailoredTo(List<Operation<Input, Output>> operations) {
        return new ReadKvModel(this, operations);
    }

    @Override
    public String describe(Input input, Optional<Output> output) {
        String request = switch (input.kind()) {
            case GET -> "get(" + input.key() + ")";
            case PUT -> "put(" + input.key() + ", " + shown(input.value()) + ")";
            case APPEND -> "append(" + input.key() + ", " + shown(input.value()) + ")";
            case DELETE -> "delete(" + input.key() + ")";
        };
        return request + output.map(known -> describe(known, input.kind())).orElse("");
    }

    private static String describe(Output output, Kind kind) {
        if (output instanceof Found found) {
            return " -> " + shown(found.value());
        } else if (output instanceof NoSuchKey) {
            return " -> no such key";
        } else if (output instanceof Refused refused) {
            return " -> refused: " + refused.reason();
        }
        return kind == Kind.DELETE ? " -> done" : "";
    }

    @Override
    public String describe(Optional<Text> state) {
        return state.map(Text::toString).map(KvModel::shown).orElse("absent");
    }

    /** Where a long value differs from what it should be. */
    @Override
    public String difference(Optional<Text> state, Input input, Output output) {
        if (!(output instanceof Found found) || state.isEmpty()) {
            return "";
        }
        String expected = state.get().toString();
        int same = 0;
        while (same < Math.min(expected.length(), found.value().length())
                && expected.charAt(same) == found.value().charAt(same)) {
            same++;
        }
        if (Math.max(expected.length(), found.value().length()) <= EASY) {
            return "";
        }
        return "after " + same + " characters that are right the answer " + goesOn(found.value(), same) + " instead of "
                + goesOn(expected, same).replaceFirst("^goes on", "going on").replaceFirst("^ends", "ending");
    }

    private static String goesOn(String value, int from) {
        if (from == value.length()) {
            return "ends";
        }
        boolean all = value.length() - from <= SHOWN_OF_REST;
        return "goes on with \"" + (all ? value.substring(from) : value.substring(from, from + SHOWN_OF_REST) + "…")
                + '"';
    }

    /** The end of a long value tells most: what was appended last. */
    private static String shown(String value) {
        return value.length() <= SHOWN
                ? '"' + value + '"'
                : "\"…" + value.substring(value.length() - SHOWN) + "\" (" + value.length() + " characters)";
    }
}
