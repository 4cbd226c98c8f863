// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.multiraft.host.rpc.StatusReply;
import io.multiraft.host.rpc.StatusRequest;
import io.multiraft.host.rpc.StatusServiceGrpc;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Asks servers how they are. */
public final class StatusCheck {
    private static final int PATIENCE_MILLIS = 2_000;

    private StatusCheck() {}

    /**
     * What a server answered.
     *
     * @param address of the server
     * @param reachable whether it answered; if not, nothing else is known
     * @param server kind and id
     * @param role leader, follower or candidate
     * @param leader that it knows of; empty: none
     * @param firstIndex of the log that it still holds; {@code lastIndex + 1} if that is empty
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Found(
            String address,
            boolean reachable,
            String server,
            String role,
            Long term,
            String leader,
            Long commitIndex,
            Long lastApplied,
            Long firstIndex,
            Long lastIndex,
            Long diskBytes,
            Long memoryBytes,
            Long processId) {

        private static Found unreachable(Address address) {
            return new Found(address.text(), false, null, null, null, null, null, null, null, null, null, null, null);
        }

        private static Found of(Address address, StatusReply reply) {
            return new Found(
                    address.text(),
                    true,
                    reply.getKind() + " " + reply.getId(),
                    reply.getRole().name().toLowerCase(Locale.ROOT),
                    reply.getTerm(),
                    reply.getLeader(),
                    reply.getCommitIndex(),
                    reply.getLastApplied(),
                    reply.getFirstIndex(),
                    reply.getLastIndex(),
                    reply.getDiskBytes(),
                    reply.getMemoryBytes(),
                    reply.getProcessId());
        }
    }

    /**
     * What all servers of a group answered.
     *
     * @param leader address of the leader of the highest term; null: nobody leads
     */
    public record Group(String leader, List<Found> servers) {

        private static Group of(List<Found> servers) {
            Optional<Found> leader = servers.stream()
                    .filter(each -> each.reachable() && each.role().equals("leader"))
                    .max((one, other) -> Long.compare(one.term(), other.term()));
            return new Group(leader.map(Found::address).orElse(null), servers);
        }

        /** Whether all servers are there and one of them leads. */
        public boolean isWell() {
            return leader != null && servers.stream().allMatch(Found::reachable);
        }
    }

    /** Asks all {@code servers} at the same time, for a limited time. */
    public static Group of(List<Address> servers) {
        List<ManagedChannel> channels = new ArrayList<>();
        List<Future<StatusReply>> replies = new ArrayList<>();
        for (Address server : servers) {
            ManagedChannel channel = ManagedChannelBuilder.forTarget(server.text())
                    .usePlaintext()
                    .build();
            channels.add(channel);
            replies.add(StatusServiceGrpc.newFutureStub(channel)
                    .withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .status(StatusRequest.getDefaultInstance()));
        }
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            found.add(answer(servers.get(i), replies.get(i)));
        }
        channels.forEach(ManagedChannel::shutdownNow);
        return Group.of(found);
    }

    private static Found answer(Address server, Future<StatusReply> reply) {
        try {
            return Found.of(server, reply.get());
        } catch (ExecutionException e) {
            return Found.unreachable(server); // whatever it is: it has not answered in time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Found.unreachable(server);
        }
    }
}
