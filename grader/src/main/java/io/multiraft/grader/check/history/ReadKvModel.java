// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import io.multiraft.grader.check.history.KvModel.Found;
import io.multiraft.grader.check.history.KvModel.Input;
import io.multiraft.grader.check.history.KvModel.Kind;
import io.multiraft.grader.check.history.KvModel.Output;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One key of the store as far as reads can tell. A value can only be met by a read if it is the beginning of something that
 * was read; all others are alike, whatever is appended to them. So a state is a beginning of a read value, or absent, or
 * present and unread, and the order of appends that nobody has seen makes no difference.
 */
final class ReadKvModel implements Model<ReadKvModel.State, Input, Output> {

    /** The value of the key. */
    sealed interface State {}

    /** There is none. */
    record Absent() implements State {}

    /** There is one that no read has seen, or has seen the beginning of. */
    record Unread() implements State {}

    /**
     * The first {@code length} characters that the read values from {@code first} to before {@code end}, in alphabetical
     * order, have in common and no others have.
     */
    record Beginning(int first, int end, int length) implements State {}

    private static final State ABSENT = new Absent();
    private static final State UNREAD = new Unread();

    private final KvModel model;
    private final String[] reads;
    /** Place in {@code reads}, by identity: values are long, and the same answers are looked at again and again. */
    private final IdentityHashMap<Output, Integer> rank = new IdentityHashMap<>();

    /** The read values that are the beginning of no other, once they are asked for. */
    private final List<String> ends = new ArrayList<>();

    private final boolean deletesTell;

    ReadKvModel(KvModel model, List<Operation<Input, Output>> operations) {
        this.model = model;
        List<String> distinct = new ArrayList<>();
        answers(operations)
                .flatMap(output -> output instanceof Found found ? Stream.of(found) : Stream.empty())
                .sorted(Comparator.comparing(Found::value))
                .forEach(found -> {
                    int last = distinct.size() - 1;
                    if (last < 0 || !distinct.get(last).equals(found.value())) {
                        distinct.add(found.value());
                    }
                    rank.put(found, distinct.size() - 1);
                });
        this.reads = distinct.toArray(String[]::new);
        this.deletesTell = model.doneMeansThereWasOne()
                && answers(operations.stream()
                                .filter(each -> each.input().kind() == Kind.DELETE)
                                .toList())
                        .anyMatch(output -> output instanceof KvModel.Done);
    }

    private static Stream<Output> answers(List<Operation<Input, Output>> operations) {
        return operations.stream().flatMap(each -> each.output().stream());
    }

    @Override
    public State initial() {
        return model.initial().map(value -> extended(empty(), value.toString())).orElse(ABSENT);
    }

    private State empty() {
        return reads.length == 0 ? UNREAD : new Beginning(0, reads.length, 0);
    }

    @Override
    public Optional<State> step(State state, Input input, Optional<Output> output) {
        if (output.isPresent() && !isRight(output.get(), state, input.kind())) {
            return Optional.empty();
        } else if (onlyReads(input, output)) {
            return Optional.of(state);
        }
        return Optional.of(
                switch (input.kind()) {
                    case GET -> state;
                    case PUT -> extended(empty(), input.value());
                    case APPEND -> extended(state instanceof Absent ? empty() : state, input.value());
                    case DELETE -> ABSENT;
                });
    }

    private boolean isRight(Output output, State state, Kind kind) {
        if (output instanceof KvModel.Refused) {
            return true;
        } else if (output instanceof Found found) {
            return kind == Kind.GET && state instanceof Beginning beginning && isAll(beginning, found);
        } else if (output instanceof KvModel.NoSuchKey) {
            return state instanceof Absent && (kind == Kind.GET || kind == Kind.DELETE);
        }
        return switch (kind) {
            case GET -> false;
            case PUT, APPEND -> true;
            case DELETE -> !(state instanceof Absent) || !model.doneMeansThereWasOne();
        };
    }

    /** Of the values that begin so the shortest comes first: it is the only one that may be no longer than the beginning. */
    private boolean isAll(Beginning beginning, Found found) {
        return rank.get(found) == beginning.first() && found.value().length() == beginning.length();
    }

    @Override
    public boolean canGetOutOfReach(Input input, Output output) {
        return output instanceof Found || output instanceof KvModel.NoSuchKey;
    }

    @Override
    public boolean isInReach(State state, Input input, Output output) {
        if (output instanceof Found found) {
            return state instanceof Absent
                    || (state instanceof Beginning beginning
                            && beginning.first() <= rank.get(found)
                            && rank.get(found) < beginning.end());
        }
        return state instanceof Absent || !(output instanceof KvModel.NoSuchKey);
    }

    @Override
    public boolean startsAfresh(Input other, Input input, Output output) {
        return other.kind() == Kind.DELETE
                || (other.kind() == Kind.PUT
                        && output instanceof Found found
                        && found.value().startsWith(other.value()));
    }

    private State extended(State state, String more) {
        if (!(state instanceof Beginning beginning) || more.isEmpty()) {
            return state;
        }
        int first = lowest(beginning, more, 0);
        int end = lowest(beginning, more, 1);
        return first == end ? UNREAD : new Beginning(first, end, beginning.length() + more.length());
    }

    /** The lowest of the read values whose continuation compares with {@code more} as {@code sign}, or higher. */
    private int lowest(Beginning beginning, String more, int sign) {
        int low = beginning.first();
        int high = beginning.end();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (continuation(reads[middle], beginning.length(), more) >= sign) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** -1, 0 or 1 as the value goes on behind {@code from} with something lower than {@code more}, with it, or higher. */
    private static int continuation(String value, int from, String more) {
        for (int i = 0; i < more.length(); i++) {
            if (from + i == value.length()) {
                return -1;
            }
            int compared = Character.compare(value.charAt(from + i), more.charAt(i));
            if (compared != 0) {
                return Integer.signum(compared);
            }
        }
        return 0;
    }

    /** Writes that no read has seen are all alike: whatever was there, they leave something unread. */
    @Override
    public Object effect(Input input, Optional<Output> output) {
        boolean isUnread = output.isEmpty()
                && ((input.kind() == Kind.PUT && extended(empty(), input.value()) instanceof Unread)
                        || (input.kind() == Kind.APPEND && isNowhere(input.value())));
        return isUnread ? UNREAD : List.of(input, output);
    }

    private boolean isNowhere(String appended) {
        if (ends.isEmpty()) {
            for (int i = 0; i < reads.length; i++) {
                if (i + 1 == reads.length || !reads[i + 1].startsWith(reads[i])) {
                    ends.add(reads[i]);
                }
            }
        }
        return ends.stream().noneMatch(each -> each.contains(appended));
    }

    @Override
    public boolean onlyReads(Input input, Optional<Output> output) {
        return model.onlyReads(input, output);
    }

    /**
     * An unread value is good for nothing but to be there, for a delete; any other value is there, too. If no delete tells,
     * even no value is as good.
     */
    @Override
    public boolean allowsAllOf(State state, State other) {
        return state.equals(other) || (other instanceof Unread && (state instanceof Beginning || !deletesTell));
    }

    @Override
    public Object partition(Input input) {
        return model.partition(input);
    }

    @Override
    public String describe(Input input, Optional<Output> output) {
        return model.describe(input, output);
    }

    @Override
    public String describe(State state) {
        if (state instanceof Beginning beginning) {
            return model.describe(Optional.of(Text.of(reads[beginning.first()].substring(0, beginning.length()))));
        }
        return state instanceof Absent ? "absent" : "a value that nobody has read";
    }
}
