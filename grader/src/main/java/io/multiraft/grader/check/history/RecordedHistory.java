// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A history that others recorded, in one of two formats of text, a call or a return in each line:
 *
 * <pre>
 * kv-partitioned     {:process 0, :type :invoke|:ok, :f :get|:put|:append, :key "k", :value nil|"v"}
 * etcd-register-cas  INFO  jepsen.util - 0  :invoke|:ok|:fail|:info  :read|:write|:cas  nil|3|[3 4]|:timed-out
 * </pre>
 *
 * <p>{@code :info} leaves the operation open; {@code :fail} of a read has an unknown answer, of a cas a refusal.
 *
 * @param model what the history is held against
 * @param operations what happened
 */
public record RecordedHistory<S, I, O>(Model<S, I, O> model, List<Operation<I, O>> operations) {
    private static final Pattern KV_LINE =
            Pattern.compile("\\{:process (\\d+), :type :(invoke|ok), :f :(get|put|append), "
                    + ":key \"(.*?)\", :value (nil|\"(.*)\")\\}");
    private static final Pattern REGISTER_LINE = Pattern.compile("INFO\\s+jepsen\\.util\\s+-\\s+(\\d+)\\s+"
            + ":(invoke|ok|fail|info)\\s+:(read|write|cas)\\s+(nil|-?\\d+|\\[-?\\d+ -?\\d+\\]|:timed-out)\\s*");

    /**
     * Reads a file.
     *
     * @param model name of the format, as above
     * @throws IllegalArgumentException with file and line, if it is not such a history
     */
    public static RecordedHistory<?, ?, ?> read(Path file, String model) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not a text in UTF-8", e);
        }
        return switch (model) {
            case "kv-partitioned" ->
                new Reader<KvModel.Input, KvModel.Output>(file, KV_LINE, RecordedHistory::kvLine)
                        .read(lines, new KvModel(Optional.of("")));
            case "etcd-register-cas" ->
                new Reader<RegisterModel.Input, RegisterModel.Output>(
                                file, REGISTER_LINE, RecordedHistory::registerLine)
                        .read(lines, new RegisterModel());
            default ->
                throw new IllegalArgumentException(
                        file + ": there is no model " + model + ", only kv-partitioned and etcd-register-cas");
        };
    }

    /** The verdict, within {@code maxSteps}. */
    public Verdict<I, O> check(long maxSteps) {
        return LinearizabilityChecker.check(model, operations, maxSteps);
    }

    private static void kvLine(Matcher line, Reader<KvModel.Input, KvModel.Output> reader) {
        String value = line.group(6) == null ? "" : line.group(6);
        KvModel.Kind kind = KvModel.Kind.valueOf(line.group(3).toUpperCase(Locale.ROOT));
        if (line.group(2).equals("invoke")) {
            reader.called(line.group(1), new KvModel.Input(kind, line.group(4), value));
        } else {
            reader.returned(
                    line.group(1),
                    Optional.of(new KvModel.Output(kind == KvModel.Kind.GET ? Optional.of(value) : Optional.empty())));
        }
    }

    private static void registerLine(Matcher line, Reader<RegisterModel.Input, RegisterModel.Output> reader) {
        String kind = line.group(3);
        String value = line.group(4);
        switch (line.group(2)) {
            case "invoke" -> reader.called(line.group(1), registerInput(kind, value));
            case "info" -> {
                // stays open; the process is not used again
            }
            default -> {
                boolean success = line.group(2).equals("ok");
                boolean unknown = kind.equals("read") && !success;
                Optional<Long> read = kind.equals("read") && success && !value.equals("nil")
                        ? Optional.of(Long.valueOf(value))
                        : Optional.empty();
                reader.returned(
                        line.group(1),
                        unknown ? Optional.empty() : Optional.of(new RegisterModel.Output(read, success)));
            }
        }
    }

    private static RegisterModel.Input registerInput(String kind, String value) {
        return switch (kind) {
            case "read" -> new RegisterModel.Read();
            case "write" -> new RegisterModel.Write(Long.parseLong(value));
            default -> {
                String[] both = value.substring(1, value.length() - 1).split(" ", -1);
                yield new RegisterModel.CompareAndSet(Long.parseLong(both[0]), Long.parseLong(both[1]));
            }
        };
    }

    /** Reads line after line; what it says in each is put into the history by the format. */
    private static final class Reader<I, O> {
        private interface Format<I, O> {
            void take(Matcher line, Reader<I, O> reader);
        }

        private final Path file;
        private final Pattern pattern;
        private final Format<I, O> format;
        private final History<I, O> history = new History<>();
        private final Map<String, Integer> running = new HashMap<>();
        private int line;

        Reader(Path file, Pattern pattern, Format<I, O> format) {
            this.file = file;
            this.pattern = pattern;
            this.format = format;
        }

        <S> RecordedHistory<S, I, O> read(List<String> lines, Model<S, I, O> model) {
            for (String each : lines) {
                line++;
                Matcher matcher = pattern.matcher(each);
                if (matcher.matches()) {
                    take(matcher);
                } else if (!each.isBlank()) {
                    throw wrong("this is not a line of the format");
                }
            }
            return new RecordedHistory<>(model, history.operations());
        }

        private void take(Matcher matcher) {
            try {
                format.take(matcher, this);
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw wrong("the value does not fit the operation");
            }
        }

        void called(String process, I input) {
            if (running.put(process, history.called(Integer.parseInt(process), input, line)) != null) {
                throw wrong("process " + process + " calls again before it has returned");
            }
        }

        void returned(String process, Optional<O> output) {
            Integer operation = running.remove(process);
            if (operation == null) {
                throw wrong("process " + process + " returns without having called");
            }
            history.returned(operation, output, line);
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException(file + ":" + line + ": " + what);
        }
    }
}
