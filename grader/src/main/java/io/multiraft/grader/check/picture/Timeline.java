// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.picture;

import io.multiraft.grader.check.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where things are in a drawing. Calls and returns stand in columns, in their order and not to scale, or short operations
 * would be lost; between them each operation of the order has a column of its own, so that the order runs from left to right.
 * A client has a lane; another one, if it went on without waiting for an answer.
 */
final class Timeline<I, O> {
    static final int EVENT = 12;
    static final int POINT = 24;
    static final int LETTER = 7;
    static final int MARGIN = 14;

    private static final int LABEL = 24;
    private static final int FEW = 6;

    /**
     * An operation.
     *
     * @param number in the order, from 1; 0: not in it
     * @param point place of the number; without meaning for 0
     * @param lane from above, from 0
     */
    record Bar<I, O>(Operation<I, O> operation, String label, int number, int left, int point, int right, int lane) {
        int textLeft() {
            return number == 0 ? left + 6 : point + POINT / 2 + 2;
        }
    }

    /** A moment that is named. */
    record Tick(int at, long time) {}

    private static final class Column {
        private final Operation<?, ?> operation;
        private final boolean isPoint;
        private int width;
        private int left;

        Column(Operation<?, ?> operation, boolean isPoint) {
            this.operation = operation;
            this.isPoint = isPoint;
            this.width = isPoint ? POINT : EVENT;
        }

        int middle() {
            return left + (isPoint ? POINT : EVENT) / 2;
        }
    }

    /** The columns of an operation, by their numbers; -1: none. */
    private static final class Places {
        private int call = -1;
        private int point = -1;
        private int back = -1;
    }

    private final Scene<I, O> scene;
    private final List<Column> columns = new ArrayList<>();
    private final Map<Long, Places> places = new HashMap<>();
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final List<Bar<I, O>> bars = new ArrayList<>();
    /** The clients from above, and of each of its lanes until when it is taken. */
    private final Map<Integer, List<Long>> lanes = new LinkedHashMap<>();

    private final int width;

    Timeline(Scene<I, O> scene) {
        this.scene = scene;
        for (int i = 0; i < scene.order().size(); i++) {
            numbers.put(scene.order().get(i).called(), i + 1);
        }
        arrangeColumns();
        widen();
        int left = MARGIN;
        for (Column each : columns) {
            each.left = left;
            left += each.width;
        }
        this.width = left + MARGIN;
        placeBars();
    }

    private void arrangeColumns() {
        record Event<I, O>(long position, Operation<I, O> operation) {}
        List<Event<I, O>> events = new ArrayList<>();
        for (Operation<I, O> each : scene.operations()) {
            places.put(each.called(), new Places());
            events.add(new Event<>(each.called(), each));
            if (!each.isOpen()) {
                events.add(new Event<>(each.returned(), each));
            }
        }
        events.sort(Comparator.comparingLong(Event::position));
        int next = 0;
        for (Event<I, O> event : events) {
            Places place = places.get(event.operation().called());
            boolean isCall = event.position() == event.operation().called();
            if (isCall) {
                place.call = columns.size();
            } else {
                place.back = columns.size();
            }
            columns.add(new Column(event.operation(), false));
            while (isCall
                    && next < scene.order().size()
                    && isCalled(scene.order().get(next))) {
                next = placePoint(next);
            }
        }
    }

    private boolean isCalled(Operation<I, O> operation) {
        Places place = places.get(operation.called());
        return place == null || place.call >= 0;
    }

    private int placePoint(int next) {
        Operation<I, O> operation = scene.order().get(next);
        Places place = places.get(operation.called());
        if (place != null) {
            place.point = columns.size();
            columns.add(new Column(operation, true));
        }
        return next + 1;
    }

    /** Makes room for the labels, behind the number of each operation and before its return. */
    private void widen() {
        for (Operation<I, O> each : scene.operations()) {
            Places place = places.get(each.called());
            int from = place.point < 0 ? place.call : place.point + 1;
            int to = place.back < 0 ? columns.size() : place.back;
            int space = 0;
            for (int i = from; i < to; i++) {
                space += columns.get(i).width;
            }
            int missing = label(each).length() * LETTER + 10 - space;
            if (missing > 0) {
                columns.get(to - 1).width += missing;
            }
        }
    }

    private String label(Operation<I, O> operation) {
        return Html.shortened(scene.words().apply(operation), LABEL);
    }

    /** By number; of many the two sides of the contradiction come first, to be seen together. */
    private List<Integer> clientsFromAbove() {
        Set<Integer> all = new TreeSet<>();
        scene.operations().forEach(each -> all.add(each.client()));
        Set<Integer> ordered = new LinkedHashSet<>();
        if (all.size() > FEW) {
            for (long call :
                    List.of(scene.offending().cause(), scene.offending().operation())) {
                scene.operations().stream()
                        .filter(each -> each.called() == call)
                        .forEach(each -> ordered.add(each.client()));
            }
        }
        ordered.addAll(all);
        return List.copyOf(ordered);
    }

    private void placeBars() {
        clientsFromAbove().forEach(client -> lanes.put(client, new ArrayList<>()));
        Map<Long, Integer> laneOf = new HashMap<>();
        for (Operation<I, O> each : scene.operations()) {
            List<Long> busy = lanes.get(each.client());
            int lane = 0;
            while (lane < busy.size() && busy.get(lane) > each.called()) {
                lane++;
            }
            if (lane == busy.size()) {
                busy.add(each.returned());
            } else {
                busy.set(lane, each.returned());
            }
            laneOf.put(each.called(), lane);
        }
        for (Operation<I, O> each : scene.operations()) {
            Places place = places.get(each.called());
            bars.add(new Bar<>(
                    each,
                    label(each),
                    place.point < 0 ? 0 : numbers.get(each.called()),
                    columns.get(place.call).middle(),
                    place.point < 0 ? 0 : columns.get(place.point).middle(),
                    place.back < 0 ? width : columns.get(place.back).middle(),
                    firstLane(each.client()) + laneOf.get(each.called())));
        }
    }

    int width() {
        return width;
    }

    int lanes() {
        return lanes.values().stream().mapToInt(List::size).sum();
    }

    List<Integer> clients() {
        return List.copyOf(lanes.keySet());
    }

    int firstLane(int client) {
        int lane = 0;
        for (Map.Entry<Integer, List<Long>> each : lanes.entrySet()) {
            if (each.getKey() == client) {
                return lane;
            }
            lane += each.getValue().size();
        }
        throw new IllegalArgumentException("client " + client + " does nothing here");
    }

    List<Bar<I, O>> bars() {
        return List.copyOf(bars);
    }

    /** Moments at least {@code apart} from each other. */
    List<Tick> ticks(int apart) {
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column each = columns.get(i);
            boolean isFar = ticks.isEmpty()
                    || each.middle() - ticks.get(ticks.size() - 1).at() >= apart;
            if (!each.isPoint && isFar && each.middle() < width - apart / 2) {
                boolean isCall = places.get(each.operation.called()).call == i;
                ticks.add(new Tick(each.middle(), isCall ? each.operation.calledAt() : each.operation.returnedAt()));
            }
        }
        return ticks;
    }
}
