// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.picture;

/** Text as it may stand in a page, between tags or in an attribute. */
final class Html {
    private Html() {}

    /** Every value that comes from a history goes through here: it may hold markup, control characters, or halves of pairs. */
    static String text(String any) {
        StringBuilder escaped = new StringBuilder(any.length() + 16);
        any.codePoints().forEach(each -> {
            switch (each) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(visible(each));
            }
        });
        return escaped.toString();
    }

    private static int visible(int character) {
        if (character < 0x20) {
            return character == '\n' ? character : 0x2400 + character; // the pictures of the control characters
        }
        boolean harmless = Character.isDefined(character)
                && character != 0x7f
                && Character.getType(character) != Character.SURROGATE
                && Character.getType(character) != Character.CONTROL
                && Character.getType(character) != Character.FORMAT; // these turn the direction of writing
        return harmless ? character : 0xfffd;
    }

    /** Not longer than {@code most} characters: begin and end of it. */
    static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int begin = (most - 1) * 2 / 3;
        return text.substring(0, begin) + "…" + text.substring(text.length() - (most - 1 - begin));
    }
}
