// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.tests.Graded;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.commons.support.ReflectionSupport;

/** All graded tests, in the order of labs and steps; within a step the quick ones first. */
public final class TestCatalogue {
    private static final String TESTS = "io.multiraft.grader.tests";

    private final List<TestCase> tests;

    /** The catalogue of the tests that this grader has. */
    public TestCatalogue() {
        tests = ReflectionSupport.findAllClassesInPackage(TESTS, type -> true, name -> name.endsWith("Tests")).stream()
                .flatMap(TestCatalogue::gradedMethods)
                .map(TestCase::of)
                .sorted(Comparator.comparing(TestCase::step)
                        .thenComparing(TestCase::campaign)
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
                throw new IllegalArgumentException("there is no lab, step or test named " + target + "; there are "
                        + String.join(", ", names()) + " and the tests that a report names");
            }
            selected.addAll(fitting);
        }
        return tests.stream().filter(selected::contains).toList();
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of("all"));
        tests.stream().map(TestCase::lab).distinct().forEach(names::add);
        tests.stream().map(TestCase::step).distinct().forEach(names::add);
        return names;
    }
}
