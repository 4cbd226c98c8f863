// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import com.google.protobuf.ByteString;
import io.multiraft.host.transport.Inbox;
import io.multiraft.host.transport.Transport;
import io.multiraft.node.port.NodeEffect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a node has done and is not released yet, and who waits for answers of it. */
final class Output {
    private final Transport transport;
    private final int openRequestsMax;
    private final Map<Long, Inbox.Answer> openRequests = new LinkedHashMap<>();
    private final Map<Long, CompletableFuture<ByteString>> openTasks = new HashMap<>();
    private final List<NodeEffect> held = new ArrayList<>();
    private final List<NodeEffect.Call> early = new ArrayList<>();
    private long lastId;

    Output(Transport transport, int openRequestsMax) {
        this.transport = transport;
        this.openRequestsMax = openRequestsMax;
    }

    /** Somebody waits for the answer to the request with the id that is returned. */
    long await(Inbox.Answer answer) {
        if (openRequests.size() >= openRequestsMax) {
            // a node need not answer: who has waited longest will hardly be answered any more
            Iterator<Long> oldest = openRequests.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        openRequests.put(++lastId, answer);
        return lastId;
    }

    /** Somebody waits for the result of the task with the id that is returned. */
    long await(CompletableFuture<ByteString> result) {
        openTasks.put(++lastId, result);
        return lastId;
    }

    /** Keeps an effect that others will see until it is released. */
    void add(NodeEffect effect) {
        if (effect instanceof NodeEffect.Call call && call.early()) {
            early.add(call);
        } else {
            held.add(effect);
        }
    }

    /** Whether there are calls that may leave before the barrier. */
    boolean hasEarly() {
        return !early.isEmpty();
    }

    /** Lets those calls leave that need not wait for the barrier. */
    void releaseEarly() {
        early.forEach(this::call);
        early.clear();
        transport.flush();
    }

    /** Behind the barrier: lets everything leave. */
    void release() {
        early.forEach(this::call);
        early.clear();
        held.forEach(this::release);
        held.clear();
        transport.flush();
    }

    private void release(NodeEffect effect) {
        if (effect instanceof NodeEffect.Call call) {
            call(call);
        } else if (effect instanceof NodeEffect.Reply reply) {
            Inbox.Answer answer = openRequests.remove(reply.requestId());
            if (answer != null) { // otherwise it has waited for too long
                answer.send(reply.payload());
            }
        } else if (effect instanceof NodeEffect.TaskResult task) {
            openTasks.remove(task.taskId()).complete(task.result());
        }
    }

    private void call(NodeEffect.Call call) {
        transport.call(call.to(), call.callId(), call.method(), call.payload(), call.deadlineMicros());
    }
}
