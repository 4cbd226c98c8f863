// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Objects;
import java.util.Optional;

/** One register with read, write and compare-and-set; it begins without a value. */
public final class RegisterModel implements Model<Optional<Long>, RegisterModel.Input, RegisterModel.Output> {

    /** What is asked of the register. */
    public sealed interface Input {}

    /** Reads the value. */
    public record Read() implements Input {}

    /** Writes {@code value}. */
    public record Write(long value) implements Input {}

    /** Writes {@code value} if the register holds {@code expected}. */
    public record CompareAndSet(long expected, long value) implements Input {}

    /**
     * What the register answers.
     *
     * @param value that was read
     * @param success whether it was done; a write or compare-and-set that was not has no effect
     */
    public record Output(Optional<Long> value, boolean success) {}

    @Override
    public Optional<Long> initial() {
        return Optional.empty();
    }

    @Override
    public Optional<Optional<Long>> step(Optional<Long> state, Input input, Optional<Output> output) {
        if (input instanceof Write write) {
            return Optional.of(isRefused(output) ? state : Optional.of(write.value()));
        }
        if (input instanceof CompareAndSet cas) {
            boolean equal = Objects.equals(state, Optional.of(cas.expected()));
            Optional<Long> next = equal ? Optional.of(cas.value()) : state;
            return output.isEmpty() || output.get().success() == equal ? Optional.of(next) : Optional.empty();
        }
        return output.isEmpty() || output.get().value().equals(state) ? Optional.of(state) : Optional.empty();
    }

    private static boolean isRefused(Optional<Output> output) {
        return output.isPresent() && !output.get().success();
    }

    @Override
    public boolean onlyReads(Input input, Optional<Output> output) {
        return input instanceof Read || isRefused(output);
    }

    @Override
    public Object partition(Input input) {
        return "the register";
    }

    @Override
    public String describe(Input input, Optional<Output> output) {
        if (input instanceof Write write) {
            return "write(" + write.value() + ")" + (isRefused(output) ? " -> refused" : "");
        }
        if (input instanceof CompareAndSet cas) {
            return "cas(" + cas.expected() + ", " + cas.value() + ")"
                    + output.map(known -> known.success() ? " -> done" : " -> refused")
                            .orElse("");
        }
        return "read()" + output.map(known -> " -> " + describe(known.value())).orElse("");
    }

    @Override
    public String describe(Optional<Long> state) {
        return state.map(String::valueOf).orElse("nil");
    }
}
