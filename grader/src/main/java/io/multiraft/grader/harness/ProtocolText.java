// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.sim.Describer;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of all labs in the words of their protocols: those of Raft as people speak of them ({@code 3@2} is the entry
 * of term 2 at index 3), the others field by field.
 */
public final class ProtocolText implements Describer {
    private final Map<String, MethodDescriptor<?, ?>> methods = new HashMap<>();

    /** Knows the messages of all services of the labs. */
    public ProtocolText() {
        for (ServiceDescriptor service : List.of(
                RaftServiceGrpc.getServiceDescriptor(),
                KvServiceGrpc.getServiceDescriptor(),
                ConfigServiceGrpc.getServiceDescriptor(),
                ShardKvServiceGrpc.getServiceDescriptor())) {
            service.getMethods().forEach(method -> methods.put(method.getFullMethodName(), method));
        }
    }

    @Override
    public String message(io.multiraft.grader.sim.Message carried) {
        MethodDescriptor<?, ?> method = methods.get(carried.method());
        if (method == null) {
            return carried.payload().size() + " bytes";
        }
        MethodDescriptor.Marshaller<?> marshaller =
                carried.isReply() ? method.getResponseMarshaller() : method.getRequestMarshaller();
        Message prototype = (Message) ((PrototypeMarshaller<?>) marshaller).getMessagePrototype();
        try {
            return text(carried.from().text(), prototype.getParserForType().parseFrom(carried.payload()));
        } catch (InvalidProtocolBufferException e) {
            return carried.payload().size() + " bytes that are no "
                    + prototype.getDescriptorForType().getName();
        }
    }

    @Override
    public String command(ByteString command) {
        return FieldText.of(command);
    }

    private static String text(String sender, Message message) {
        if (message instanceof RequestVoteRequest request) {
            return "term=" + request.getTerm() + " last="
                    + entry(request.getLastLogIndex(), request.getLastLogTerm())
                    + inTheNameOf(sender, "candidate", request.getCandidate());
        } else if (message instanceof RequestVoteReply reply) {
            return "term=" + reply.getTerm() + " granted=" + reply.getVoteGranted();
        } else if (message instanceof AppendEntriesRequest request) {
            return text(request) + inTheNameOf(sender, "leader", request.getLeader());
        } else if (message instanceof AppendEntriesReply reply) {
            return text(reply);
        } else if (message instanceof InstallSnapshotRequest request) {
            return text(request) + inTheNameOf(sender, "leader", request.getLeader());
        } else if (message instanceof InstallSnapshotReply reply) {
            return "term=" + reply.getTerm() + (reply.getDone() ? " done" : " next=" + reply.getNextOffset());
        }
        return FieldText.of(message);
    }

    /** Said only where it is not the sender, which is shown anyway. */
    private static String inTheNameOf(String sender, String role, String name) {
        return name.equals(sender) ? "" : " " + role + "=" + name;
    }

    private static String entry(long index, long term) {
        return index + "@" + term;
    }

    private static String text(AppendEntriesRequest request) {
        return "term=" + request.getTerm() + " prev="
                + entry(request.getPrevLogIndex(), request.getPrevLogTerm())
                + entries(request.getPrevLogIndex() + 1, request.getEntriesList()) + " commit="
                + request.getLeaderCommit();
    }

    /** {@code 2..5@1,6@2}: indices 2 to 5 are of term 1, 6 is of term 2. */
    private static String entries(long firstIndex, List<LogEntry> entries) {
        StringBuilder text = new StringBuilder();
        for (int from = 0, to = 0; from < entries.size(); from = to) {
            long term = entries.get(from).getTerm();
            while (to < entries.size() && entries.get(to).getTerm() == term) {
                to++;
            }
            text.append(from == 0 ? " entries=" : ",").append(firstIndex + from);
            if (to - from > 1) {
                text.append("..").append(firstIndex + to - 1);
            }
            text.append('@').append(term);
        }
        return text.toString();
    }

    private static String text(AppendEntriesReply reply) {
        boolean hint = reply.getConflictIndex() != 0 || reply.getConflictTerm() != 0;
        String conflict = reply.getConflictTerm() == 0
                ? Long.toString(reply.getConflictIndex())
                : entry(reply.getConflictIndex(), reply.getConflictTerm());
        return "term=" + reply.getTerm() + " success=" + reply.getSuccess() + (hint ? " conflict=" + conflict : "");
    }

    private static String text(InstallSnapshotRequest request) {
        return "term=" + request.getTerm() + " last="
                + entry(request.getLastIncludedIndex(), request.getLastIncludedTerm()) + " offset="
                + request.getOffset() + " records=" + request.getRecordsCount() + (request.getDone() ? " done" : "");
    }
}
