// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Keys;
import io.multiraft.storage.StoredRecord;
import java.util.HashMap;
import java.util.Map;

/**
 * Which buckets this group has taken over and must still have deleted at their former owners. A part of the replicated
 * state: whoever leads next, after whatever crash, finds the duty.
 */
final class DeletionDuties {
    private static final ByteString DUTY = Keys.ofText("duty/");
    private static final ByteString BEHIND_DUTIES = Keys.ofText("duty0");

    private final Map<Handover, Origin> duties = new HashMap<>();
    private final ByGroup<Handover> byGroup = new ByGroup<>();

    /** Takes over what is stored. */
    void load(StateReader state) {
        duties.clear();
        byGroup.clear();
        try (Cursor stored = state.scan(DUTY, BEHIND_DUTIES)) {
            while (stored.hasNext()) {
                StoredRecord duty = stored.next();
                remember(handoverIn(duty.key()), BucketEncoding.decodeOrigin(duty.value()));
            }
        }
    }

    /** The bucket is here and committed: from now on its former owner is to delete it. */
    void add(Handover handover, Origin formerOwner, State state) {
        remember(handover, formerOwner);
        state.put(keyOf(handover), BucketEncoding.encode(formerOwner));
    }

    /** The former owner has deleted the bucket. */
    void remove(Handover handover, State state) {
        Origin formerOwner = duties.remove(handover);
        if (formerOwner != null) {
            byGroup.remove(formerOwner.gid(), handover);
            state.delete(keyOf(handover));
        }
    }

    /** What is to be deleted, by the group that must do it; oldest first. */
    ByGroup<Handover> byGroup() {
        return byGroup;
    }

    /** Who had the bucket of a handover that is to be deleted. */
    Origin formerOwner(Handover handover) {
        return duties.get(handover);
    }

    int size() {
        return duties.size();
    }

    private void remember(Handover handover, Origin formerOwner) {
        duties.put(handover, formerOwner);
        byGroup.add(formerOwner.gid(), handover);
    }

    private static ByteString keyOf(Handover handover) {
        return DUTY.concat(Keys.ofLong(handover.version())).concat(Keys.ofLong(handover.bucket()));
    }

    private static Handover handoverIn(ByteString key) {
        return new Handover((int) Keys.toLong(key, DUTY.size() + Long.BYTES), Keys.toLong(key, DUTY.size()));
    }
}
