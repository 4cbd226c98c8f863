// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.multiraft.node.Address;
import io.multiraft.shard.record.BucketRecord;
import io.multiraft.shard.record.OriginRecord;
import java.util.Optional;

/** Buckets and origins as records. */
final class BucketEncoding {
    private BucketEncoding() {}

    static ByteString encode(Bucket bucket) {
        BucketRecord.Builder encoded = BucketRecord.newBuilder()
                .setStatus(bucket.status())
                .setVersion(bucket.version())
                .setCursor(bucket.cursor());
        bucket.kept().ifPresent(kept -> encoded.setKeptVersion(kept.version()).setKeptForGid(kept.forGid()));
        bucket.origin().ifPresent(origin -> encoded.setOrigin(recordOf(origin)));
        return encoded.build().toByteString();
    }

    /**
     * The bucket that {@link #encode} has encoded.
     *
     * @throws IllegalStateException if there is none in {@code encoded}
     */
    static Bucket decode(int id, ByteString encoded) {
        try {
            BucketRecord bucket = BucketRecord.parseFrom(encoded);
            return new Bucket(
                    id,
                    bucket.getStatus(),
                    bucket.getVersion(),
                    Optional.of(new Kept(bucket.getKeptVersion(), bucket.getKeptForGid()))
                            .filter(kept -> kept.version() != 0),
                    bucket.hasOrigin() ? Optional.of(originOf(bucket.getOrigin())) : Optional.empty(),
                    bucket.getCursor());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "what is stored of bucket " + id + " cannot be read: " + TextFormat.escapeBytes(encoded), e);
        }
    }

    static ByteString encode(Origin origin) {
        return recordOf(origin).toByteString();
    }

    /**
     * The origin that {@link #encode} has encoded.
     *
     * @throws IllegalStateException if there is none in {@code encoded}
     */
    static Origin decodeOrigin(ByteString encoded) {
        try {
            return originOf(OriginRecord.parseFrom(encoded));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored origin cannot be read: " + TextFormat.escapeBytes(encoded), e);
        }
    }

    private static OriginRecord recordOf(Origin origin) {
        return OriginRecord.newBuilder()
                .setGid(origin.gid())
                .setVersion(origin.version())
                .addAllAddresses(origin.addresses().stream().map(Address::text).toList())
                .build();
    }

    private static Origin originOf(OriginRecord stored) {
        return new Origin(
                stored.getGid(),
                stored.getVersion(),
                stored.getAddressesList().stream().map(Address::new).toList());
    }
}
