// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

/**
 * A value that grows at its end without being copied: thousands of appends make thousands of states, each of which the search
 * remembers. Compared exactly; the hash is that of the string.
 */
public final class Text {
    private static final Text EMPTY = new Text(null, "", 0, 0);

    /** What {@code last} was appended to; null: nothing. */
    private final Text before;

    private final String last;
    private final int length;
    private final int hash;

    private Text(Text before, String last, int length, int hash) {
        this.before = before;
        this.last = last;
        this.length = length;
        this.hash = hash;
    }

    /** The text {@code value}. */
    public static Text of(String value) {
        return EMPTY.plus(value);
    }

    /** This text and {@code more} behind it. */
    public Text plus(String more) {
        if (more.isEmpty()) {
            return this;
        }
        int nextHash = hash;
        for (int i = 0; i < more.length(); i++) {
            nextHash = 31 * nextHash + more.charAt(i);
        }
        return new Text(length == 0 ? null : this, more, length + more.length(), nextHash);
    }

    /** Whether it reads {@code value}. */
    public boolean is(String value) {
        if (value.length() != length || value.hashCode() != hash) {
            return false;
        }
        int end = length;
        for (Text each = this; each != null; each = each.before) {
            end -= each.last.length();
            if (!value.startsWith(each.last, end)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text text
                && text.hash == hash
                && text.length == length
                && hasEqualCharacters(this, text);
    }

    /** From the end to where both were the same text. */
    @SuppressWarnings("ReferenceEquality") // the very same text: nothing is left to compare
    private static boolean hasEqualCharacters(Text one, Text other) {
        int left = one.last.length(); // of each of the parts that are being compared, what is left of it
        int otherLeft = other.last.length();
        while (one != other || left != otherLeft) {
            int common = Math.min(left, otherLeft);
            if (!one.last.regionMatches(left - common, other.last, otherLeft - common, common)) {
                return false;
            }
            left -= common;
            otherLeft -= common;
            if (left == 0 && otherLeft == 0 && one.before == null) {
                return true; // of equal length: both end here
            }
            if (left == 0) {
                one = one.before;
                left = one.last.length();
            }
            if (otherLeft == 0) {
                other = other.before;
                otherLeft = other.last.length();
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        char[] all = new char[length];
        int end = length;
        for (Text each = this; each != null; each = each.before) {
            end -= each.last.length();
            each.last.getChars(0, each.last.length(), all, end);
        }
        return new String(all);
    }
}
