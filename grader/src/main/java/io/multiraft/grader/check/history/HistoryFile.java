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
 * A file with a history, in one of two formats of text, a call or a return in each line:
 *
 * <pre>
 * kv-partitioned     {:process 0, :type :invoke|:ok, :f :get|:put|:append, :key "k", :value nil|"v"}
 * kv                 {:process 0, :type :invoke|:ok|:fail|:info, :f :get|:put|:append|:delete, :key "k", :value nil|"v"}
 * etcd-register-cas  INFO  jepsen.util - 0  :invoke|:ok|:fail|:info  :read|:write|:cas  nil|3|[3 4]|:timed-out
 * </pre>
 *
 * <p>{@code :info} leaves the operation open, and its process is not used again; {@code :fail} is a refusal without effect
 * (in the second format {@code :value} is the reason), except that of a read in the third format, whose answer is unknown. Every key of the first format begins as {@code ""}, in
 * the second as absent: then {@code :value nil} in the answer of a get or a delete means that there was no such key.
 */
final class HistoryFile {
    private static final Pattern KV_LINE =
            Pattern.compile("\\{:process (\\d{1,9}), :type :(invoke|ok|fail|info), :f :(get|put|append|delete), "
                    + ":key \"(.*?)\", :value (nil|\"(.*)\")\\}\\s*");
    private static final Pattern REGISTER_LINE = Pattern.compile(
            "INFO\\s+jepsen\\.util\\s+-\\s+(\\d{1,9})\\s+"
                    + ":(invoke|ok|fail|info)\\s+:(read|write|cas)\\s+(nil|-?\\d{1,18}|\\[-?\\d{1,18} -?\\d{1,18}\\]|:timed-out)\\s*");

    private HistoryFile() {}

    /**
     * Reads a file.
     *
     * @param model name of the format, as above
     * @throws IllegalArgumentException with file and line, if it is not such a history
     */
    static RecordedHistory<?, ?, ?> read(Path file, String model) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not a text in UTF-8", e);
        }
        return switch (model) {
            case "kv-partitioned" ->
                new Reader<KvModel.Input, KvModel.Output>(file, KV_LINE, (line, reader) -> kvLine(line, reader, false))
                        .read(lines, new KvModel(Optional.of(""), KvModel.DeleteAnswers.TELL_WHETHER_THERE_WAS_ONE));
            case "kv" ->
                new Reader<KvModel.Input, KvModel.Output>(file, KV_LINE, (line, reader) -> kvLine(line, reader, true))
                        .read(lines, new KvModel());
            case "etcd-register-cas" ->
                new Reader<RegisterModel.Input, RegisterModel.Output>(file, REGISTER_LINE, HistoryFile::registerLine)
                        .read(lines, new RegisterModel());
            default ->
                throw new IllegalArgumentException(
                        file + ": there is no model " + model + ", only kv-partitioned, kv and etcd-register-cas");
        };
    }

    private static void kvLine(Matcher line, Reader<KvModel.Input, KvModel.Output> reader, boolean whole) {
        KvModel.Kind kind = KvModel.Kind.valueOf(line.group(3).toUpperCase(Locale.ROOT));
        String type = line.group(2);
        Optional<String> value = Optional.ofNullable(line.group(6));
        if (!whole && (kind == KvModel.Kind.DELETE || (!type.equals("invoke") && !type.equals("ok")))) {
            throw new IllegalArgumentException("kv-partitioned has neither :delete nor :fail nor :info");
        }
        boolean isWrite = kind == KvModel.Kind.PUT || kind == KvModel.Kind.APPEND;
        KvModel.Input input = new KvModel.Input(kind, line.group(4), isWrite ? value.orElse("") : "");
        switch (type) {
            case "invoke" -> reader.called(line.group(1), input);
            case "info" -> reader.unanswered(line.group(1));
            case "fail" ->
                reader.returned(
                        line.group(1),
                        reader.calledBy(line.group(1)),
                        Optional.of(new KvModel.Refused(value.orElse(""))));
            default -> reader.returned(line.group(1), input, Optional.of(kvAnswer(kind, value, whole)));
        }
    }

    private static KvModel.Output kvAnswer(KvModel.Kind kind, Optional<String> value, boolean whole) {
        return switch (kind) {
            case GET -> whole && value.isEmpty() ? new KvModel.NoSuchKey() : new KvModel.Found(value.orElse(""));
            case PUT, APPEND -> new KvModel.Done();
            case DELETE -> value.isEmpty() ? new KvModel.NoSuchKey() : new KvModel.Done();
        };
    }

    private static void registerLine(Matcher line, Reader<RegisterModel.Input, RegisterModel.Output> reader) {
        String kind = line.group(3);
        String value = line.group(4);
        switch (line.group(2)) {
            case "invoke" -> reader.called(line.group(1), registerInput(kind, value));
            case "info" -> reader.unanswered(line.group(1));
            case "ok" -> {
                Optional<Long> read =
                        kind.equals("read") && !value.equals("nil") ? Optional.of(number(value)) : Optional.empty();
                reader.returned(
                        line.group(1),
                        kind.equals("read") ? new RegisterModel.Read() : registerInput(kind, value),
                        Optional.of(new RegisterModel.Output(read, true)));
            }
            default ->
                reader.returned(
                        line.group(1),
                        kind.equals("read") || value.equals(":timed-out")
                                ? reader.calledBy(line.group(1))
                                : registerInput(kind, value),
                        kind.equals("read")
                                ? Optional.empty()
                                : Optional.of(new RegisterModel.Output(Optional.empty(), false)));
        }
    }

    private static RegisterModel.Input registerInput(String kind, String value) {
        return switch (kind) {
            case "read" -> new RegisterModel.Read();
            case "write" -> new RegisterModel.Write(number(value));
            default -> {
                if (!value.startsWith("[")) {
                    throw new IllegalArgumentException("a :cas needs two values");
                }
                String[] both = value.substring(1, value.length() - 1).split(" ", -1);
                yield new RegisterModel.CompareAndSet(Long.parseLong(both[0]), Long.parseLong(both[1]));
            }
        };
    }

    private static long number(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the value does not fit the operation", e);
        }
    }

    /** Reads line after line; what it says in each is put into the history by the format. */
    private static final class Reader<I, O> {
        private interface Format<I, O> {
            /** Throws IllegalArgumentException if the line makes no sense. */
            void take(Matcher line, Reader<I, O> reader);
        }

        private record Running<I>(int operation, I input) {}

        private final Path file;
        private final Pattern pattern;
        private final Format<I, O> format;
        private final History<I, O> history = new History<>();
        private final Map<String, Running<I>> running = new HashMap<>();
        private int line;

        Reader(Path file, Pattern pattern, Format<I, O> format) {
            this.file = file;
            this.pattern = pattern;
            this.format = format;
        }

        <S> RecordedHistory<S, I, O> read(List<String> lines, Model<S, I, O> model) {
            for (String each : lines) {
                line++;
                if (!each.isBlank()) {
                    take(each);
                }
            }
            return new RecordedHistory<>(model, history.operations(), Clock.LINES);
        }

        private void take(String text) {
            try {
                Matcher matcher = pattern.matcher(text);
                if (!matcher.matches()) {
                    throw new IllegalArgumentException("this is not a line of the format");
                }
                format.take(matcher, this);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ":" + line + ": " + e.getMessage(), e);
            }
        }

        void called(String process, I input) {
            int operation = history.called(Integer.parseInt(process), input, line);
            if (running.put(process, new Running<>(operation, input)) != null) {
                throw new IllegalArgumentException("process " + process + " calls again before it has returned");
            }
        }

        I calledBy(String process) {
            Running<I> call = running.get(process);
            if (call == null) {
                throw new IllegalArgumentException("process " + process + " returns without having called");
            }
            return call.input();
        }

        void returned(String process, I input, Optional<O> output) {
            if (!calledBy(process).equals(input)) {
                throw new IllegalArgumentException("process " + process + " returns from what it has not called");
            }
            history.returned(running.remove(process).operation(), output, line);
        }

        /** Stays open. */
        void unanswered(String process) {
            calledBy(process);
        }
    }
}
