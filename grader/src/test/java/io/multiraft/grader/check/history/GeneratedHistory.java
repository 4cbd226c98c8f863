// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import io.multiraft.grader.check.history.KvModel.Input;
import io.multiraft.grader.check.history.KvModel.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Histories of a store that does everything at one moment between call and return, with clients that lose patience.
 *
 * @param operations that return
 * @param clients that call at a time
 * @param open operations that never return; they take effect at once, much later, or never
 * @param gets share of gets among the operations, in percent; likewise puts and deletes; the rest are appends
 * @param lost whether a late append that was answered is lost, so that reads contradict it
 */
record GeneratedHistory(
        int operations, int clients, int keys, int open, int gets, int puts, int deletes, boolean lost, long seed) {

    private record Running(int operation, Input input, Optional<Output> output) {}

    List<Operation<Input, Output>> generate() {
        Random random = new Random(seed);
        KvModel model = new KvModel();
        History<Input, Output> history = new History<>();
        Map<String, Optional<Text>> store = new HashMap<>();
        List<Input> late = new ArrayList<>();
        Running[] running = new Running[clients];
        int nextClient = clients;
        int left = open;
        boolean toLose = lost;
        for (int called = 0, returned = 0; returned < operations; ) {
            if (!late.isEmpty() && random.nextInt(operations) < 20) {
                perform(late.remove(random.nextInt(late.size())), store, model);
            }
            int slot = random.nextInt(clients);
            if (running[slot] != null) {
                // a moment between call and return; some time has passed since the call
                Input input = running[slot].input();
                boolean loses = toLose && returned > operations * 4 / 5 && input.kind() == KvModel.Kind.APPEND;
                toLose &= !loses;
                Output output = loses ? new KvModel.Done() : perform(input, store, model);
                history.returned(running[slot].operation(), Optional.of(output), 1000L * called + returned);
                returned++;
                running[slot] = null;
            } else {
                Input input = input(random, called++);
                if (left > 0 && random.nextInt(operations) < open * 2) {
                    left--;
                    history.called(nextClient++, input, 1000L * called);
                    int fate = random.nextInt(3);
                    if (fate == 0) {
                        perform(input, store, model);
                    } else if (fate == 1) {
                        late.add(input);
                    }
                } else {
                    running[slot] = new Running(history.called(slot, input, 1000L * called), input, Optional.empty());
                }
            }
        }
        return history.operations();
    }

    private Input input(Random random, int number) {
        String key = "k" + random.nextInt(keys);
        String value = String.format("<%014d>", number);
        int kind = random.nextInt(100);
        return kind < gets
                ? Input.get(key)
                : kind < gets + puts
                        ? Input.put(key, value)
                        : kind < gets + puts + deletes ? Input.delete(key) : Input.append(key, value);
    }

    private static Output perform(Input input, Map<String, Optional<Text>> store, KvModel model) {
        Optional<Text> state = store.getOrDefault(input.key(), Optional.empty());
        store.put(input.key(), model.step(state, input, Optional.empty()).orElseThrow());
        return switch (input.kind()) {
            case GET ->
                state.<Output>map(text -> new KvModel.Found(text.toString())).orElse(new KvModel.NoSuchKey());
            case PUT, APPEND -> new KvModel.Done();
            case DELETE -> state.isPresent() ? new KvModel.Done() : new KvModel.NoSuchKey();
        };
    }
}
