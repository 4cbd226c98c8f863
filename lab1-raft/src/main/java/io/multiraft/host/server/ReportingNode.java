// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.server;

import io.multiraft.host.rpc.ServerRole;
import io.multiraft.host.rpc.StatusReply;
import io.multiraft.host.rpc.StatusServiceGrpc;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The node of a server, which can be asked how it is besides. */
final class ReportingNode implements Node {

    /** Task that answers with an encoded {@link StatusReply}. */
    static final String STATUS = "server/status";

    private final ServerPlan plan;
    private final Path data;

    ReportingNode(ServerPlan plan, Path data) {
        this.plan = plan;
        this.data = data;
    }

    @Override
    public void start(NodeContext context, Services services) {
        plan.node().start(context, services);
        services.handle(StatusServiceGrpc.getStatusMethod(), request -> status());
        services.handleTask(STATUS, (none, reply) -> reply.send(status().toByteString()));
    }

    private StatusReply status() {
        RaftStatus raft = plan.status().get();
        Runtime process = Runtime.getRuntime();
        return StatusReply.newBuilder()
                .setKind(plan.identity().kind())
                .setId(plan.identity().id())
                .setRole(roleOf(raft.role()))
                .setTerm(raft.term())
                .setLeader(raft.leader().map(Address::text).orElse(""))
                .setCommitIndex(raft.commitIndex())
                .setLastApplied(raft.lastApplied())
                .setFirstIndex(raft.firstIndex())
                .setLastIndex(raft.lastIndex())
                .setDiskBytes(bytesIn(data))
                .setMemoryBytes(process.totalMemory() - process.freeMemory())
                .setProcessId(ProcessHandle.current().pid())
                .build();
    }

    private static ServerRole roleOf(Role role) {
        return switch (role) {
            case FOLLOWER -> ServerRole.FOLLOWER;
            case CANDIDATE -> ServerRole.CANDIDATE;
            case LEADER -> ServerRole.LEADER;
        };
    }

    /** LevelDB removes files at any time: those that are gone count nothing. */
    private static long bytesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
