// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.multiraft.node.Address;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The load of {@code ./lab bench} on an etcd, so that both can be measured in the same minutes (docs/performance.md says
 * how). As many connections as clients, at most 16, spread over the servers that are named: name only the leader, which
 * suits etcd best.
 *
 * <pre>EtcdLoad put|get HOST:PORT[,…] CLIENTS SECONDS</pre>
 */
final class EtcdLoad {
    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 100;
    private static final int WARM_UP_SECONDS = 5;
    private static final int CONNECTIONS = 16;

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final MethodDescriptor<byte[], byte[]> method;
    private final boolean put;
    private final List<ManagedChannel> channels;
    private final Latencies latencies = new Latencies();
    private final byte[] value = new byte[VALUE_BYTES];
    private final CountDownLatch running;
    private long beginNanos;
    private long endNanos;
    private long errors;

    private EtcdLoad(String kind, String servers, int clients) {
        put = kind.equals("put");
        method = method(put ? "Put" : "Range");
        running = new CountDownLatch(clients);
        List<Address> names = Addresses.parse("the second argument", servers);
        channels = IntStream.range(0, Math.min(clients, CONNECTIONS))
                .mapToObj(i -> ManagedChannelBuilder.forTarget(
                                names.get(i % names.size()).text())
                        .usePlaintext()
                        .build())
                .toList();
        new Random().nextBytes(value);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("etcdserverpb.KV/" + name)
                .build();
    }

    /** Entry point. */
    public static void main(String[] args) throws Exception {
        int clients = Integer.parseInt(args[2]);
        if (args[0].equals("get")) {
            new EtcdLoad("put", args[1], 64).run(0, 5, 64); // most keys have a value then
        }
        new EtcdLoad(args[0], args[1], clients).run(WARM_UP_SECONDS, Integer.parseInt(args[3]), clients);
    }

    private void run(int warmUp, int seconds, int clients) throws Exception {
        beginNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUp);
        endNanos = beginNanos + TimeUnit.SECONDS.toNanos(seconds);
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(new Client(channels.get(i % channels.size()), new Random(i)));
        }
        all.forEach(Client::next);
        running.await();
        channels.forEach(ManagedChannel::shutdownNow);
        System.out.printf(
                "etcd %s, clients: %d%n%,.0f operations/s   p50 %.2f ms   p99 %.2f ms   p99.9 %.2f ms   errors %d%n",
                put ? "put" : "get",
                clients,
                (double) latencies.total() / seconds,
                latencies.microsAt(500) / 1e3,
                latencies.microsAt(990) / 1e3,
                latencies.microsAt(999) / 1e3,
                errors);
    }

    private synchronized boolean ended(long sentNanos, boolean well) {
        long now = System.nanoTime();
        if (!well) {
            errors++;
        } else if (now - beginNanos >= 0 && now - endNanos < 0) {
            latencies.add(TimeUnit.NANOSECONDS.toMicros(now - sentNanos));
        }
        return now - endNanos >= 0;
    }

    private final class Client implements StreamObserver<byte[]> {
        private final ManagedChannel channel;
        private final Random random;
        private long sentNanos;
        private boolean well;

        Client(ManagedChannel channel, Random random) {
            this.channel = channel;
            this.random = random;
        }

        void next() {
            sentNanos = System.nanoTime();
            well = false;
            byte[] request = request("bench/" + random.nextInt(KEYS));
            ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, this);
        }

        /** Fields 1 and 2 of etcd's PutRequest, and field 1 of its RangeRequest, are the key and the value. */
        private byte[] request(String key) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            try {
                out.writeBytes(1, ByteString.copyFromUtf8(key));
                if (put) {
                    out.writeByteArray(2, value);
                }
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        @Override
        public void onNext(byte[] reply) {
            well = true;
        }

        @Override
        public void onError(Throwable error) {
            onCompleted();
        }

        @Override
        public void onCompleted() {
            if (ended(sentNanos, well)) {
                running.countDown();
            } else {
                next();
            }
        }
    }
}
