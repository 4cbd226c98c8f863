// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells code under test from the program around it, in stack traces. */
public final class CodeUnderTest {
    private static final Pattern CLASSES = Pattern.compile("io\\.multiraft\\.(lab[1-4]|solutions)\\..*");

    private CodeUnderTest() {}

    /** The innermost of {@code frames} that belongs to code under test. */
    public static Optional<StackTraceElement> frame(List<StackTraceElement> frames) {
        return frames.stream()
                .filter(frame -> CLASSES.matcher(frame.getClassName()).matches())
                .findFirst();
    }

    /** Whether it was code under test, or what it called, that threw, and no part of the grader that it called. */
    public static boolean threw(List<StackTraceElement> frames) {
        return frames.stream()
                .filter(frame -> CLASSES.matcher(frame.getClassName()).matches()
                        || frame.getClassName().startsWith("io.multiraft.grader."))
                .findFirst()
                .filter(frame -> CLASSES.matcher(frame.getClassName()).matches())
                .isPresent();
    }

    /** Where in the code under test it happened, or else where at all: {@code " at …"}; empty if nobody knows. */
    public static String place(List<StackTraceElement> frames) {
        return frame(frames)
                .or(() -> frames.stream()
                        .filter(frame -> !frame.getClassName().startsWith("java."))
                        .findFirst())
                .map(frame -> " at " + withoutLoader(frame))
                .orElse("");
    }

    /** As Java writes it, without the names of loader and module. */
    private static String withoutLoader(StackTraceElement frame) {
        String text = frame.toString();
        return text.substring(text.lastIndexOf('/') + 1);
    }
}
