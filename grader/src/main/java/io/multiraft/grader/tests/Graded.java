// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that earns points. The method has one parameter, a {@link Trial} of its lab, and is called once for each run, each time
 * with another seed; it earns its points if every run passes.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TrialExtension.class)
@Test
public @interface Graded {

    /** The step of the lab, for example {@code 1A}. */
    String step();

    /** What passing is worth. */
    int points();

    /** What the test is about, as a sentence without a full stop. */
    String title();

    /** Number of runs. */
    int runs() default 1;

    /** Whether this is a campaign of random schedules, whose number {@code --schedules} sets. */
    boolean campaign() default false;

    /** Of a campaign: what must have happened on average in a run, or nothing was tested; {@code name>=number}. */
    String[] wants() default {};
}
