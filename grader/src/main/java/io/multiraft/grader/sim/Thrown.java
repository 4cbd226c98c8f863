// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What code under test has thrown, in words. The methods of an exception may be that code as well, so they are asked once
 * and with care, and the exception itself is not kept.
 *
 * @param text type and message
 * @param frames where it was thrown; empty if it does not say
 */
public record Thrown(String text, List<StackTraceElement> frames) {
    private static final int LONGEST_MESSAGE = 300;

    /** How Java repeats why a class could not be initialised, from the second time on. */
    private static final Pattern INITIALISER = Pattern.compile("Exception (.*) \\[in thread \".*\"]", Pattern.DOTALL);

    /** Describes {@code thrown}; of a class that could not be initialised, the reason. */
    public static Thrown of(Throwable thrown) {
        if (thrown instanceof ExceptionInInitializerError && thrown.getCause() != null) {
            return of(thrown.getCause()).inInitialiser();
        } else if (thrown instanceof NoClassDefFoundError
                && thrown.getCause() instanceof ExceptionInInitializerError first) {
            Matcher reason = INITIALISER.matcher(String.valueOf(first.getMessage()));
            return new Thrown(reason.matches() ? reason.group(1) : messageOf(first), framesOf(first)).inInitialiser();
        }
        String message = messageOf(thrown);
        String type = thrown.getClass().getName();
        return new Thrown(message.isEmpty() ? type : type + ": " + message, framesOf(thrown));
    }

    private Thrown inInitialiser() {
        return new Thrown(text + " (in a static initialiser)", frames);
    }

    private static String messageOf(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? "" : message.substring(0, Math.min(LONGEST_MESSAGE, message.length()));
        } catch (RuntimeException | StackOverflowError e) {
            return "(its getMessage threw " + e.getClass().getName() + ")";
        }
    }

    private static List<StackTraceElement> framesOf(Throwable thrown) {
        try {
            return List.of(thrown.getStackTrace());
        } catch (RuntimeException | StackOverflowError e) {
            return List.of();
        }
    }
}
