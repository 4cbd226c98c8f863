// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check;

import java.util.Optional;

/** A run broke a property. The message tells the facts: who, in which term, at which index. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Property property;
    private final Property consequence;

    /** A violation of {@code property}; {@code facts} in whole sentences. */
    public Violation(Property property, String facts) {
        this(property, null, facts);
    }

    /** A violation of {@code property} that breaks {@code consequence} in the same event; null: no other. */
    public Violation(Property property, Property consequence, String facts) {
        super(facts);
        this.property = property;
        this.consequence = consequence;
    }

    /** What was broken. */
    public Property property() {
        return property;
    }

    /** What was broken with it, in the same event. */
    public Optional<Property> consequence() {
        return Optional.ofNullable(consequence);
    }
}
