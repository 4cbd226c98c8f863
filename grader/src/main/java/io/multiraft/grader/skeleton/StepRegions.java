// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The regions of a source file of the reference, each of which belongs to a step:
 *
 * <pre>
 * // region 1B | return true;
 * …
 * // endregion
 * </pre>
 *
 * <p>What stands behind the bar takes the place of a region that is left out. With a bar, the region is the body of a method;
 * without one, it consists of whole members of a class, which are left out altogether. Regions are not nested.
 */
final class StepRegions {
    private static final Pattern BEGIN = Pattern.compile("( *)// region (\\d[A-Z])(?: (\\|)(.*))?");
    private static final Pattern END = Pattern.compile(" *// endregion");

    private final String fileName;
    private final Predicate<String> leftOut;
    private final List<String> lines = new ArrayList<>();
    private String step; // of the region that is open, or null

    private StepRegions(String fileName, Predicate<String> leftOut) {
        this.fileName = fileName;
        this.leftOut = leftOut;
    }

    /**
     * The lines of {@code source} without the regions of the steps that {@code leftOut} names, and without markers.
     *
     * @throws IllegalArgumentException with file and line, if the markers do not fit together
     */
    static List<String> strip(String fileName, String source, Predicate<String> leftOut) {
        StepRegions regions = new StepRegions(fileName, leftOut);
        List<String> all = source.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            regions.take(i + 1, all.get(i));
        }
        if (regions.step != null) {
            throw regions.wrong(all.size(), "the region of step " + regions.step + " has no end");
        }
        return regions.lines;
    }

    private void take(int number, String line) {
        Matcher begin = BEGIN.matcher(line);
        if (begin.matches()) {
            begin(number, begin);
        } else if (END.matcher(line).matches()) {
            if (step == null) {
                throw wrong(number, "there is no region to end");
            }
            step = null;
        } else if (line.contains("// region") || line.contains("// endregion")) {
            throw wrong(
                    number,
                    "this marker cannot be read: write \"// region 1A\", \"// region 1A | …\" or \"// endregion\"");
        } else if (step == null || !leftOut.test(step)) {
            lines.add(line);
        }
    }

    private void begin(int number, Matcher marker) {
        if (step != null) {
            throw wrong(number, "the region of step " + step + " has not ended");
        }
        step = marker.group(2);
        boolean body = marker.group(3) != null;
        if (leftOut.test(step) && body) {
            String replacement = marker.group(4).strip();
            if (!replacement.contains("TodoException")) {
                lines.add(marker.group(1) + "// TODO " + step);
            }
            if (!replacement.isEmpty()) {
                lines.add(marker.group(1) + replacement);
            }
        }
    }

    private IllegalArgumentException wrong(int number, String what) {
        return new IllegalArgumentException(fileName + ":" + number + ": " + what);
    }
}
