// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.storage.Keys;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A write that a server's store has executed, and what the bucket held then.
 *
 * @param before what the watched keys of the command's bucket held before, the command's own key included if it is watched
 * @param after what the command's key holds now
 */
public record Execution(KvCommand command, Map<ByteString, Content> before, Content after) {

    /** Of a longer value only so many of its last bytes are kept. */
    private static final int SHOWN_BYTES = 60;

    /**
     * What is stored under a key, or that nothing is.
     *
     * @param hash of all of it; 0: nothing is stored
     * @param size in bytes
     * @param end its last bytes, for people
     */
    public record Content(long hash, int size, ByteString end) {

        /** Nothing. */
        public static final Content NOTHING = new Content(0, 0, ByteString.EMPTY);

        static Content of(Optional<ByteString> value) {
            return value.map(Content::of).orElse(NOTHING);
        }

        private static Content of(ByteString value) {
            long word = value.size();
            for (int i = 0; i < value.size(); i++) {
                word = word * 31 + value.byteAt(i);
            }
            return new Content(
                    SimRandom.mix(1, word), value.size(), value.substring(Math.max(0, value.size() - SHOWN_BYTES)));
        }

        @Override
        public String toString() {
            if (hash == 0) {
                return "nothing";
            }
            return FieldText.of(end) + (end.size() < size ? " (the end of " + size + " bytes)" : "");
        }
    }

    ByteString encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, command.toByteString());
            write(out, after);
            out.writeInt(before.size());
            for (Map.Entry<ByteString, Content> each : before.entrySet()) {
                write(out, each.getKey());
                write(out, each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }

    /** What was encoded in a report. */
    public static Execution decode(ByteString encoded) {
        try (DataInputStream in = new DataInputStream(encoded.newInput())) {
            KvCommand command = KvCommand.parseFrom(readBytes(in));
            Content after = readContent(in);
            Map<ByteString, Content> before = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                before.put(readBytes(in), readContent(in));
            }
            return new Execution(command, before, after);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(DataOutputStream out, ByteString bytes) throws IOException {
        out.writeInt(bytes.size());
        bytes.writeTo(out);
    }

    private static void write(DataOutputStream out, Content content) throws IOException {
        out.write(Keys.ofLong(content.hash()).toByteArray());
        out.writeInt(content.size());
        write(out, content.end());
    }

    private static ByteString readBytes(DataInputStream in) throws IOException {
        return ByteString.copyFrom(in.readNBytes(in.readInt()));
    }

    private static Content readContent(DataInputStream in) throws IOException {
        long hash = in.readLong();
        return new Content(hash, in.readInt(), readBytes(in));
    }
}
