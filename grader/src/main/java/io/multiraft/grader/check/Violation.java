// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check;

import java.util.Optional;
import java.util.function.Supplier;

/** A run broke a property. The message tells the facts: who, in which term, at which index. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Property property;
    private final Property consequence;
    private transient Supplier<String> picture;

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

    /**
     * Nothing if {@code holds}.
     *
     * @param facts asked for only if it does not hold: putting them together takes longer than most checks
     * @throws Violation of {@code property} if it does not hold
     */
    public static void unless(boolean holds, Property property, Supplier<String> facts) {
        unless(holds, property, null, facts);
    }

    /** The same for facts that break {@code consequence}, too, if it is not null. */
    public static void unless(boolean holds, Property property, Property consequence, Supplier<String> facts) {
        if (!holds) {
            throw new Violation(property, consequence, facts.get());
        }
    }

    /** The same, with a page of HTML that shows it; it is asked for if somebody wants to see it. */
    public Violation picturedBy(Supplier<String> page) {
        picture = page;
        return this;
    }

    /** What was broken. */
    public Property property() {
        return property;
    }

    /** What was broken with it, in the same event. */
    public Optional<Property> consequence() {
        return Optional.ofNullable(consequence);
    }

    /** A page of HTML that shows it. */
    public Optional<Supplier<String>> picture() {
        return Optional.ofNullable(picture);
    }
}
