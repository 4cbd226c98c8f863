// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodePort;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.MemoryStorage.Image;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One node of a run: its life, its disk, its mailbox. */
public final class SimNode {

    /** Something for the node to handle, with what the observers are told about it. */
    record Mail(NodeEvent event, Message message) {}

    /**
     * A timer. Setting it again to a later time leaves its entry in the queue, which moves on when its time comes: a
     * follower's election timer is set again and again and hardly ever fires.
     */
    static final class Alarm {
        static final long OFF = Long.MAX_VALUE;
        /** When to fire. */
        long due = OFF;
        /** Time of its entry in the queue; {@link #OFF} if there is none. */
        long queuedFor = OFF;
    }

    private final Address address;
    private final int number;
    private final NodeRuntime.Boot boot;

    private int incarnation;
    private boolean up;
    private boolean paused;
    private boolean syncing;
    private NodePort port;
    private MemoryStorage storage;
    private final Deque<Mail> mailbox = new ArrayDeque<>();

    /** What a crash leaves: the last durable image, and the images of relaxed writes since then. */
    private Image durable = Image.EMPTY;

    private final List<Image> relaxed = new ArrayList<>();
    private Image beingSynced;
    private List<NodeEffect> heldBySync = List.of();

    /** Waiting requests and submitted tasks of this incarnation, by the number the node was given. */
    private final Map<Long, Message> requests = new HashMap<>();

    private final Map<Long, Consumer<ByteString>> tasks = new HashMap<>();
    private final Map<String, Alarm> timers = new HashMap<>();
    private long lastRequestId;

    private int clockPermille = 1000;
    private long clockBaseGlobal;
    private long clockBaseLocal;

    SimNode(Address address, int number, NodeRuntime.Boot boot) {
        this.address = address;
        this.number = number;
        this.boot = boot;
    }

    /** Name of the node. */
    public Address address() {
        return address;
    }

    /** Which life it lives: 1 after the first boot. */
    public int incarnation() {
        return incarnation;
    }

    /** Whether it has power. */
    public boolean isUp() {
        return up;
    }

    /** Whether it is up and not stopped. */
    public boolean isRunning() {
        return up && !paused;
    }

    /** What its storage would hold after a loss of power now, without luck. */
    public Image durableImage() {
        return durable;
    }

    /** What its storage holds in memory and on disk together. */
    public Image currentImage() {
        return storage == null ? durable : storage.image();
    }

    /** How the node is made; lets an observer boot a copy of it aside. */
    public NodeRuntime.Boot bootFactory() {
        return boot;
    }

    int number() {
        return number;
    }

    NodePort port() {
        return port;
    }

    MemoryStorage storage() {
        return storage;
    }

    Deque<Mail> mailbox() {
        return mailbox;
    }

    /** The timer of that name; made if there is none. */
    Alarm timer(String name) {
        return timers.computeIfAbsent(name, key -> new Alarm());
    }

    boolean isFree() {
        return up && !paused && !syncing;
    }

    void powerOn(long seed, long now) {
        up = true;
        incarnation++;
        storage = new MemoryStorage(durable);
        port = new NodeRuntime(address, boot, storage, SimRandom.of(seed, 0x4E4F4445, number, incarnation));
        clockBaseLocal = 0;
        clockBaseGlobal = now;
        clockPermille = 1000;
    }

    void powerOff(int keepPermille) {
        up = false;
        paused = false;
        syncing = false;
        durable = surviving(keepPermille);
        beingSynced = null;
        heldBySync = List.of();
        relaxed.clear();
        mailbox.clear();
        requests.clear();
        tasks.clear();
        timers.clear();
        port = null;
        storage = null;
    }

    /** What the node has done and nobody has seen yet, if a crash now would leave it on disk all the same. */
    List<NodeEffect> unseenButSurviving(int keepPermille) {
        return isSyncKept(keepPermille) ? heldBySync : List.of();
    }

    private boolean isSyncKept(int keepPermille) {
        return keepPermille >= 1000 && beingSynced != null;
    }

    private Image surviving(int keepPermille) {
        if (isSyncKept(keepPermille)) {
            return beingSynced;
        }
        int kept = relaxed.size() * keepPermille / 1000;
        return kept == 0 ? durable : relaxed.get(kept - 1);
    }

    void setPaused(boolean value) {
        paused = value;
    }

    /** Begins a sync of {@code image}, behind which {@code effects} wait. */
    void syncBegins(Image image, List<NodeEffect> effects) {
        syncing = true;
        beingSynced = image;
        heldBySync = effects;
    }

    void syncEnds() {
        syncing = false;
        durable = beingSynced;
        beingSynced = null;
        heldBySync = List.of();
        relaxed.clear();
    }

    /** Remembers relaxed writes; returns whether they are the first ones that wait for a flush. */
    boolean wroteRelaxed(Image image) {
        relaxed.add(image);
        return relaxed.size() == 1;
    }

    void flushRelaxed() {
        if (!relaxed.isEmpty()) {
            durable = relaxed.get(relaxed.size() - 1);
            relaxed.clear();
        }
    }

    long expect(Message request) {
        requests.put(++lastRequestId, request);
        return lastRequestId;
    }

    long expect(Consumer<ByteString> onResult) {
        tasks.put(++lastRequestId, onResult);
        return lastRequestId;
    }

    Message answered(long requestId) {
        return requests.remove(requestId);
    }

    Consumer<ByteString> finished(long taskId) {
        return tasks.remove(taskId);
    }

    void setClockRate(int permille, long now) {
        clockBaseLocal = localTime(now);
        clockBaseGlobal = now;
        clockPermille = permille;
    }

    long localTime(long now) {
        return clockBaseLocal + (now - clockBaseGlobal) * clockPermille / 1000;
    }

    /** Rounded up: a timer never fires before its time by the node's own clock. */
    long globalDelay(long localDelay) {
        return (localDelay * 1000 + clockPermille - 1) / clockPermille;
    }

    @Override
    public String toString() {
        return address.text();
    }
}
