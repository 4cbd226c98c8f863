// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.TraceEvent;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.storage.Durability;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One run: nodes, network and disks in virtual time, driven by one thread from a queue of events. The same code under test
 * with the same seed and the same calls gives the same run, to the byte.
 *
 * <p>A node handles what waits for it, one event after the other, then its disk syncs if there were durable writes, then
 * all that it sent leaves. Meanwhile its mail waits. A crash discards what has not left.
 */
public final class Simulation {

    /** Relaxed writes reach the disk by themselves after this time. */
    private static final long RELAXED_FLUSH_MICROS = 10_000;

    private static final long EVENTS_AT_START = 200_000;
    private static final long EVENTS_PER_VIRTUAL_SECOND = 50_000;

    private final long seed;
    private final DiskModel disk;
    private final SimNetwork network;
    private final Map<Address, SimNode> nodes = new LinkedHashMap<>();
    private final Map<Address, ScriptedPeer> scripted = new LinkedHashMap<>();
    private final List<Observer> observers = new ArrayList<>();

    /** Faults that wait until all is seen that a node releases; null while none does. */
    private Deque<Runnable> dueFaults;

    private final PriorityQueue<SimEvent> queue = new PriorityQueue<>();
    private final Map<Address, Long> syncMicros = new LinkedHashMap<>();
    private final TraceHash hash = new TraceHash();
    private final FaultInjector faults = new FaultInjector(this);

    private Consumer<TraceRecord> recorder;
    private Describer describer = Describer.OF_LENGTHS;
    /** The node whose code runs now; null while none does. */
    private SimNode running;

    private long now;
    private long order;
    private long events;
    private long lastMessageId;
    private long syncs;

    /** An empty run at time 0. */
    public Simulation(long seed, NetworkModel networkModel, DiskModel disk) {
        this.seed = seed;
        this.disk = disk;
        this.network = new SimNetwork(seed, networkModel);
    }

    // ---- who takes part -------------------------------------------------------------------------------------------

    /** Adds a node and boots it. */
    public SimNode addNode(Address address, NodeRuntime.Boot boot) {
        SimNode node = new SimNode(address, nodes.size() + 1, boot);
        nodes.put(address, node);
        powerOn(node);
        return node;
    }

    /** Adds a member that a test plays by hand. */
    public ScriptedPeer addScripted(Address address) {
        ScriptedPeer peer = new ScriptedPeer(this, address);
        scripted.put(address, peer);
        observers.forEach(observer -> observer.onScripted(address));
        return peer;
    }

    /** Adds an observer; to be done before nodes are added. */
    public void addObserver(Observer observer) {
        observers.add(observer);
    }

    /** All nodes in the order in which they were added. */
    public Collection<SimNode> nodes() {
        return Collections.unmodifiableCollection(nodes.values());
    }

    /**
     * The node of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public SimNode node(Address address) {
        SimNode node = nodes.get(address);
        if (node == null) {
            throw new IllegalArgumentException("there is no node " + address + "; there are " + nodes.keySet());
        }
        return node;
    }

    /** Faults that begin and end by a schedule. */
    public FaultInjector faults() {
        return faults;
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /** Virtual time since the beginning, in microseconds. */
    public long nowMicros() {
        return now;
    }

    /** Lets {@code action} happen at {@code timeMicros}, or now if that is past. */
    public void at(long timeMicros, Runnable action) {
        queue.add(new SimEvent.Control(Math.max(now, timeMicros), order++, action));
    }

    /** Lets {@code action} happen after {@code delayMicros}. */
    public void after(long delayMicros, Runnable action) {
        at(now + delayMicros, action);
    }

    /** Runs until virtual time {@code timeMicros}, that moment included. */
    public void runUntil(long timeMicros) {
        runUntil(timeMicros, () -> false);
    }

    /** Runs until {@code reached} or until {@code deadlineMicros}; says whether it was reached. */
    public boolean runUntil(long deadlineMicros, BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            SimEvent next = queue.peek();
            if (next == null || next.time() > deadlineMicros) {
                now = Math.max(now, deadlineMicros);
                return reached.getAsBoolean();
            }
            queue.remove();
            now = next.time();
            events++;
            checkBudget();
            step(next);
        }
        return true;
    }

    private void checkBudget() {
        if (events > EVENTS_AT_START + EVENTS_PER_VIRTUAL_SECOND * (now / 1_000_000 + 1)) {
            throw new BudgetExceeded(events + " events in " + now / 1_000_000 + " virtual seconds with " + nodes.size()
                    + " nodes: somebody sends, or sets timers, without end");
        }
    }

    private void step(SimEvent event) {
        if (event instanceof SimEvent.Delivery delivery) {
            if (!delivery.link.isCut()) {
                arrive(delivery.message);
            }
        } else if (event instanceof SimEvent.Timer timer) {
            fire(timer);
        } else if (event instanceof SimEvent.Release release) {
            if (release.node.isUp() && release.node.incarnation() == release.incarnation) {
                release.node.syncEnds();
                release(release.node, release.effects);
                workThroughMailbox(release.node);
            }
        } else if (event instanceof SimEvent.Flush flush) {
            if (flush.node.isUp() && flush.node.incarnation() == flush.incarnation) {
                flush.node.flushRelaxed();
            }
        } else if (event instanceof SimEvent.Control control) {
            control.action.run();
        }
    }

    // ---- what nodes handle ----------------------------------------------------------------------------------------

    private void arrive(Message message) {
        ScriptedPeer peer = scripted.isEmpty() ? null : scripted.get(message.to());
        if (peer != null) {
            if (recorder != null) {
                record(message.to(), "receives", text(message));
            }
            peer.receive(message);
            return;
        }
        SimNode node = nodes.get(message.to());
        if (node == null || !node.isUp()) {
            return;
        }
        if (!message.isReply()) {
            long requestId = node.expect(message);
            NodeEvent event = new NodeEvent.Request(requestId, message.from(), message.method(), message.payload());
            handleOrQueue(node, new SimNode.Mail(event, message));
        } else if (message.callerIncarnation() == node.incarnation()) {
            handleOrQueue(node, new SimNode.Mail(new NodeEvent.Reply(message.callId(), message.payload()), message));
        }
    }

    private void fire(SimEvent.Timer timer) {
        if (!timer.node.isUp() || timer.node.incarnation() != timer.incarnation) {
            return;
        }
        SimNode.Alarm alarm = timer.node.timer(timer.name);
        if (alarm.queuedFor != now) {
            return; // there is an earlier or later entry for it
        }
        alarm.queuedFor = SimNode.Alarm.OFF;
        if (alarm.due == now) {
            alarm.due = SimNode.Alarm.OFF;
            handleOrQueue(timer.node, new SimNode.Mail(new NodeEvent.TimerFired(timer.name), null));
        } else {
            enqueue(timer.node, timer.name, alarm);
        }
    }

    private void setTimer(SimNode node, NodeEffect.SetTimer timer) {
        SimNode.Alarm alarm = node.timer(timer.name());
        alarm.due = now + node.globalDelay(timer.delayMicros());
        enqueue(node, timer.name(), alarm);
    }

    private void enqueue(SimNode node, String name, SimNode.Alarm alarm) {
        if (alarm.due < alarm.queuedFor) {
            alarm.queuedFor = alarm.due;
            queue.add(new SimEvent.Timer(alarm.due, order++, node, name));
        }
    }

    /**
     * Submits work to a running node.
     *
     * @param onResult called when the node answers; never, if it is down or crashes first
     */
    public void submit(Address address, String task, ByteString argument, Consumer<ByteString> onResult) {
        SimNode node = node(address);
        if (node.isUp()) {
            long taskId = node.expect(onResult);
            handleOrQueue(node, new SimNode.Mail(new NodeEvent.Task(taskId, task, argument), null));
        }
    }

    private void handleOrQueue(SimNode node, SimNode.Mail mail) {
        if (node.isFree() && node.mailbox().isEmpty()) {
            finish(node, handle(node, mail, new Batch()));
        } else {
            node.mailbox().add(mail);
        }
    }

    private void workThroughMailbox(SimNode node) {
        if (!node.isFree() || node.mailbox().isEmpty()) {
            return;
        }
        Batch batch = new Batch();
        int waiting = node.mailbox().size();
        for (int i = 0; i < waiting; i++) {
            handle(node, node.mailbox().remove(), batch);
        }
        finish(node, batch);
    }

    /** What a node did in the events between two barriers. */
    private static final class Batch {
        final List<NodeEffect> held = new ArrayList<>();
        final List<NodeEffect.Call> early = new ArrayList<>();
        boolean durable;
        boolean relaxed;
    }

    private Batch handle(SimNode node, SimNode.Mail mail, Batch batch) {
        if (recorder != null) {
            record(
                    node.address(),
                    "handles",
                    mail.message() != null ? text(mail.message()) : mail.event().summary());
        }
        hash.add(now);
        hash.add(node.number());
        if (mail.message() != null) {
            hash.add(mail.message().id());
            for (Observer observer : observers) {
                observer.onDeliver(mail.message());
            }
        } else {
            hash.add(mail.event().label());
        }
        for (NodeEffect effect : deliver(node, mail.event())) {
            sort(node, effect, batch);
        }
        return batch;
    }

    private List<NodeEffect> deliver(SimNode node, NodeEvent event) {
        running = node;
        try {
            return node.port().deliver(event, node.localTime(now));
        } catch (Throwable e) {
            throw failure(node, event.summary(), e);
        } finally {
            running = null;
        }
    }

    /** What a node's code throws can be anything; only memory that is used up is not the affair of one node. */
    private static RuntimeException failure(SimNode node, String event, Throwable thrown) {
        if (thrown instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
            throw error;
        }
        return new NodeFailure(node.address(), event, thrown);
    }

    private void sort(SimNode node, NodeEffect effect, Batch batch) {
        if (effect instanceof NodeEffect.SetTimer timer) {
            setTimer(node, timer);
        } else if (effect instanceof NodeEffect.CancelTimer timer) {
            node.timer(timer.name()).due = SimNode.Alarm.OFF;
        } else if (effect instanceof NodeEffect.Write write) {
            batch.durable |= write.durability() == Durability.DURABLE;
            batch.relaxed |= write.durability() == Durability.RELAXED;
            if (recorder != null) {
                record(node.address(), "writes", WriteText.of(write));
            }
        } else if (effect instanceof NodeEffect.Call call && call.early()) {
            batch.early.add(call);
        } else if (effect instanceof NodeEffect.Traced traced) {
            if (recorder != null) {
                record(node, traced.event());
            }
        } else {
            batch.held.add(effect);
        }
    }

    /** Kind and text of a trace event may be code of the node too. */
    private void record(SimNode node, TraceEvent event) {
        String kind;
        String text;
        try {
            kind = event.kind();
            text = facts(event);
        } catch (Throwable e) {
            throw failure(node, "its own trace event", e);
        }
        record(node.address(), kind, text);
    }

    private void finish(SimNode node, Batch batch) {
        if (!batch.early.isEmpty()) {
            batch.early.forEach(call -> sendCall(node, call));
        }
        if (!node.isUp()) {
            return; // an observer crashed it in the middle of its output
        }
        if (batch.durable) {
            syncs++;
            node.syncBegins(node.storage().image(), batch.held);
            queue.add(new SimEvent.Release(now + syncTime(node), order++, node, batch.held));
            return;
        }
        if (batch.relaxed && node.wroteRelaxed(node.storage().image())) {
            queue.add(new SimEvent.Flush(now + RELAXED_FLUSH_MICROS, order++, node));
        }
        release(node, batch.held);
    }

    private long syncTime(SimNode node) {
        Long slow = syncMicros.get(node.address());
        return slow != null
                ? slow
                : SimRandom.of(seed, 0x4449534B, node.number(), syncs)
                        .nextLong(disk.syncMinMicros(), disk.syncMaxMicros() + 1);
    }

    /**
     * What a node has done is released together: observers see all that it has applied and reported, even if one of them has it
     * crash at the first of these; only what it would have sent is lost then.
     */
    private void release(SimNode node, List<NodeEffect> effects) {
        int incarnation = node.incarnation();
        Queue<NodeEffect> rest = new ArrayDeque<>(effects);
        Deque<Runnable> outer = dueFaults;
        dueFaults = new ArrayDeque<>();
        while (!rest.isEmpty() && isAlive(node, incarnation)) {
            NodeEffect effect = rest.remove();
            if (effect instanceof NodeEffect.Call call) {
                sendCall(node, call);
            } else if (effect instanceof NodeEffect.Reply reply) {
                Message request = node.answered(reply.requestId());
                send(Message.reply(++lastMessageId, request, incarnation, reply.payload(), now));
            } else if (effect instanceof NodeEffect.TaskResult result) {
                Consumer<ByteString> onResult = node.finished(result.taskId());
                onResult.accept(result.result());
            } else {
                observe(node, effect);
            }
            if (!dueFaults.isEmpty()) {
                rest.stream().filter(Simulation::isObservation).forEach(each -> observe(node, each));
                rest.removeIf(Simulation::isObservation);
                for (Runnable fault = dueFaults.poll(); fault != null; fault = dueFaults.poll()) {
                    fault.run();
                }
            }
        }
        dueFaults = outer;
        if (isAlive(node, incarnation)) {
            for (Observer observer : observers) {
                observer.onReleased(node);
            }
        }
    }

    private static boolean isAlive(SimNode node, int incarnation) {
        return node.isUp() && node.incarnation() == incarnation;
    }

    private static boolean isObservation(NodeEffect effect) {
        return effect instanceof NodeEffect.Applied || effect instanceof NodeEffect.Report;
    }

    /** Begins a fault now, or as soon as all is seen that a node is just releasing. */
    void begin(Runnable fault) {
        if (dueFaults == null) {
            fault.run();
        } else {
            dueFaults.add(fault);
        }
    }

    private void observe(SimNode node, NodeEffect effect) {
        if (effect instanceof NodeEffect.Applied applied) {
            hash.add(applied.index());
            hash.add(applied.command());
            if (recorder != null) {
                record(
                        node.address(),
                        "applies",
                        "index=" + applied.index() + " command=" + describer.command(applied.command()));
            }
        } else if (effect instanceof NodeEffect.Report report) {
            hash.add(report.number());
            if (recorder != null) {
                record(node.address(), report.kind(), Long.toString(report.number()));
            }
        }
        for (Observer observer : observers) {
            observer.onEffect(node, effect);
        }
    }

    // ---- messages -------------------------------------------------------------------------------------------------

    private void sendCall(SimNode node, NodeEffect.Call call) {
        if (node.isUp()) {
            send(Message.request(
                    ++lastMessageId,
                    node.address(),
                    node.incarnation(),
                    call.to(),
                    call.method(),
                    call.payload(),
                    call.callId(),
                    now,
                    call.early(),
                    call.deadlineMicros()));
        }
    }

    Message sendScriptedRequest(Address from, Address to, String method, ByteString payload) {
        Message request = Message.request(++lastMessageId, from, 1, to, method, payload, 0, now, false, Long.MAX_VALUE);
        transmit(request);
        return request;
    }

    void sendScriptedReply(Message request, ByteString payload) {
        transmit(Message.reply(++lastMessageId, request, 1, payload, now));
    }

    private void send(Message message) {
        for (Observer observer : observers) {
            observer.onSend(message);
        }
        transmit(message);
    }

    private void transmit(Message message) {
        hash.add(message.payload());
        if (recorder != null) {
            record(message.from(), "sends", text(message));
        }
        network.carry(
                message, (delay, copy, link) -> queue.add(new SimEvent.Delivery(now + delay, order++, copy, link)));
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    /** Boots a node that is down, with what its disk holds. */
    public void powerOn(SimNode node) {
        if (node.isUp()) {
            return;
        }
        running = node;
        node.powerOn(seed, now);
        running = null;
        record(node.address(), "boots", "life " + node.incarnation());
        hash.add("boot");
        hash.add(node.number());
        observers.forEach(observer -> observer.onBoot(node));
        handleOrQueue(node, new SimNode.Mail(new NodeEvent.Start(), null));
    }

    /**
     * Takes a node's power; see {@link Fault.Crash} for what survives. If that includes a batch that was just being synced,
     * observers see what the node has applied and reported with it: it has happened, although nobody was told.
     */
    public void powerOff(SimNode node, int keepPermille) {
        if (!node.isUp()) {
            return;
        }
        Deque<Runnable> outer = dueFaults;
        dueFaults = new ArrayDeque<>();
        node.unseenButSurviving(keepPermille).stream()
                .filter(Simulation::isObservation)
                .forEach(effect -> observe(node, effect));
        record(node.address(), "crashes", "");
        hash.add("crash");
        hash.add(node.number());
        node.powerOff(keepPermille);
        observers.forEach(observer -> observer.onCrash(node));
        Deque<Runnable> seenMeanwhile = dueFaults;
        dueFaults = outer;
        seenMeanwhile.forEach(this::begin);
    }

    /** Stops a node, or lets it go on with all that came in meanwhile. */
    public void setPaused(SimNode node, boolean paused) {
        if (node.isUp()) {
            record(node.address(), paused ? "pauses" : "resumes", "");
            node.setPaused(paused);
            workThroughMailbox(node);
        }
    }

    /** Lets the clock of a node run at {@code permille} of its speed. */
    public void setClockRate(SimNode node, int permille) {
        record(node.address(), "clock", permille + " permille");
        node.setClockRate(permille, now);
    }

    /** Lets each sync of a node take that long; 0: as usual. */
    public void setSyncTime(SimNode node, long micros) {
        record(node.address(), "disk", micros + " us a sync");
        if (micros == 0) {
            syncMicros.remove(node.address());
        } else {
            syncMicros.put(node.address(), micros);
        }
    }

    /** Everything works again: no cuts, no loss, everybody up and running at the right speed. */
    public void healAll() {
        record("-", "heals", "everything");
        network.becomeReliable();
        syncMicros.clear();
        for (SimNode node : nodes.values()) {
            if (!node.isUp()) {
                powerOn(node);
            }
            node.setClockRate(1000, now);
            setPaused(node, false);
        }
    }

    /** Loses all messages from one to the other until it is mended as often as it was cut. */
    public void cut(Address from, Address to) {
        record("network", "cuts", from + " -> " + to);
        network.cut(from, to);
    }

    /** Undoes one {@link #cut}. */
    public void mend(Address from, Address to) {
        record("network", "mends", from + " -> " + to);
        network.mend(from, to);
    }

    /** The network works again; nodes stay as they are. */
    public void healNetwork() {
        record("-", "heals", "the network");
        network.becomeReliable();
    }

    /** Lets the network be like that from now on. */
    public void setNoise(Fault.Noise noise) {
        record("network", "noise", noise.lossPermille() + " permille lost");
        network.begin(noise);
    }

    SimNetwork network() {
        return network;
    }

    /** Whether {@code address} is played by hand. */
    public boolean isScripted(Address address) {
        return scripted.containsKey(address);
    }

    Collection<Address> scriptedAddresses() {
        return scripted.keySet();
    }

    // ---- what is left of a run ------------------------------------------------------------------------------------

    /** Number of events so far. */
    public long events() {
        return events;
    }

    /** Number of messages sent so far, lost ones included. */
    public long messages() {
        return lastMessageId;
    }

    /** Hash over all that happened so far. */
    public long traceHash() {
        return hash.value();
    }

    /** Sends a line for each thing that happens from now on to {@code sink}, in the words of {@code words}. */
    public void recordTo(Consumer<TraceRecord> sink, Describer words) {
        recorder = sink;
        describer = words;
    }

    /** A line that the code of a node has printed is one more thing that happens; while none runs, nobody's. */
    public void recordPrinted(String line) {
        record(running == null ? "-" : running.address().text(), "prints", line);
    }

    /** Of a record only its components: its name is the kind of event. */
    private static String facts(TraceEvent event) {
        String text = event.toString();
        String begin = event.getClass().getSimpleName() + "[";
        return text.startsWith(begin) && text.endsWith("]") ? text.substring(begin.length(), text.length() - 1) : text;
    }

    private String text(Message message) {
        return message + " " + describer.message(message);
    }

    void record(Address node, String kind, String detail) {
        if (recorder != null) {
            recorder.accept(new TraceRecord(now, events, node.text(), kind, detail));
        }
    }

    void record(String who, String kind, String detail) {
        if (recorder != null) {
            recorder.accept(new TraceRecord(now, events, who, kind, detail));
        }
    }
}
