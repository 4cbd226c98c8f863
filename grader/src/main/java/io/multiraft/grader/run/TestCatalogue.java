// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.tests.Graded;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * All graded tests, in the order of labs and steps; within a step the quick ones first, in the order of their classes
 * ({@link Order}): what a server must do with a message comes before what follows from it.
 */
public final class TestCatalogue {
    private static final String TESTS = "io.multiraft.grader.tests";

    private final List<TestCase> tests;

    /** The catalogue of the tests that this grader has. */
    public TestCatalogue() {
        tests = ReflectionSupport.findAllClassesInPackage(TESTS, type -> true, name -> name.endsWith("Tests")).stream()
                .flatMap(TestCatalogue::gradedMethods)
                .map(TestCase::of)
                .sorted(Comparator.comparing(TestCase::step)
                        .thenComparing(TestCase::kind)
                        .thenComparing(TestCase::order)
                        .thenComparing(TestCase::className)
                        .thenComparing(TestCase::name))
                .toList();
    }

    private static Stream<Method> gradedMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Graded.class));
    }

    /** All of them. */
    public List<TestCase> all() {
        return tests;
    }

    /**
     * The tests that {@code targets} name: {@code all}, a lab, a step, or a test.
     *
     * @throws IllegalArgumentException if a target names nothing
     */
    public List<TestCase> select(List<String> targets) {
        Set<TestCase> selected = new LinkedHashSet<>();
        for (String target : targets) {
            List<TestCase> fitting = tests.stream()
                    .filter(test -> target.equals("all")
                            || target.equals(test.lab())
                            || target.equalsIgnoreCase(test.step())
                            || target.equals(test.name()))
                    .toList();
            if (fitting.isEmpty()) {
                throw new IllegalArgumentException("there is no lab, step or test named " + target + "; did you mean "
                        + closest(target) + "? ./lab tests lists all names");
            }
            selected.addAll(fitting);
        }
        return tests.stream().filter(selected::contains).toList();
    }

    private String closest(String target) {
        Stream<String> names = tests.stream().flatMap(test -> Stream.of(test.lab(), test.step(), test.name()));
        return Stream.concat(Stream.of("all"), names)
                .distinct()
                .min(Comparator.comparing(name -> distance(target, name)))
                .orElseThrow();
    }

    /** How many letters must be changed, added or taken away to make one name of the other; case counts for nothing. */
    private static int distance(String one, String other) {
        String left = one.toLowerCase(Locale.ROOT);
        String right = other.toLowerCase(Locale.ROOT);
        int[] row = IntStream.rangeClosed(0, right.length()).toArray();
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int changed = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
