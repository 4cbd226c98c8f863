// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check;

/** A run broke a property. The message tells the facts: who, in which term, at which index. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Property property;

    /** A violation of {@code property}; {@code facts} in whole sentences. */
    public Violation(Property property, String facts) {
        super(facts);
        this.property = property;
    }

    /** What was broken. */
    public Property property() {
        return property;
    }
}
