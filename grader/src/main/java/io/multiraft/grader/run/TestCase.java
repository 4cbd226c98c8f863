// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.tests.Graded;
import java.lang.reflect.Method;
import java.util.List;

/**
 * A graded test.
 *
 * @param name what it is called by: the name of its method
 * @param runs number of runs, unless it is a campaign and the number is set by the user
 * @param wants of a campaign: what an average run must have reached
 */
public record TestCase(
        String lab,
        String step,
        String name,
        String title,
        String className,
        int points,
        int runs,
        boolean campaign,
        List<Want> wants) {

    /** At least {@code average} of {@code what} in an average run. */
    public record Want(String what, double average) {

        static Want parse(String text) {
            String[] parts = text.split(">=", 2);
            return new Want(parts[0], Double.parseDouble(parts[1]));
        }
    }

    static TestCase of(Method method) {
        Graded graded = method.getAnnotation(Graded.class);
        return new TestCase(
                "lab" + graded.step().charAt(0),
                graded.step(),
                method.getName(),
                graded.title(),
                method.getDeclaringClass().getName(),
                graded.points(),
                graded.runs(),
                graded.campaign(),
                List.of(graded.wants()).stream().map(Want::parse).toList());
    }
}
