// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keeps the documents true: every link leads somewhere, and code that a document shows is what stands in a compiled file.
 * In a document, {@code <!-- include FILE SNIPPET -->} stands above a block of code; in the file, the snippet lies between
 * {@code // snippet SNIPPET} and {@code // end}. With {@code -Dhandouts=update} the blocks are written instead of checked.
 */
class DocumentsTest {
    private static final Path HOME = Path.of(System.getProperty("lab.home"));
    private static final Pattern INCLUDE =
            Pattern.compile("<!-- include (\\S+) (\\S+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\n]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern FENCED = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

    static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(HOME)) {
            for (Path folder : top.filter(each -> !each.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList()) {
                try (Stream<Path> files = Files.find(
                        folder, 4, (file, about) -> file.toString().endsWith(".md") && about.isRegularFile())) {
                    files.filter(file -> !file.toString().contains("/target/"))
                            .sorted()
                            .forEach(documents::add);
                }
            }
        }
        return documents;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void codeIsWhatTheCompilerSaw(Path document) throws IOException {
        String text = Files.readString(document);
        String expected = INCLUDE.matcher(text).replaceAll(included -> Matcher.quoteReplacement(withSnippet(included)));
        if ("update".equals(System.getProperty("handouts"))) {
            Files.writeString(document, expected);
        }
        assertThat(Files.readString(document))
                .as("run this test with -Dhandouts=update to mend %s", document)
                .isEqualTo(expected);
        assertThat(count("<!-- include", text))
                .as("includes above a java block")
                .isEqualTo(INCLUDE.matcher(text).results().count());
    }

    private static long count(String what, String text) {
        return Pattern.compile(Pattern.quote(what)).matcher(text).results().count();
    }

    private static String withSnippet(MatchResult included) {
        String file = included.group(1);
        String name = included.group(2);
        try {
            String source = Files.readString(HOME.resolve(file));
            Matcher snippet = Pattern.compile(
                            "^ *// snippet " + Pattern.quote(name) + "\n(.*?)^ *// end$",
                            Pattern.DOTALL | Pattern.MULTILINE)
                    .matcher(source);
            assertThat(snippet.find()).as("snippet %s in %s", name, file).isTrue();
            return "<!-- include " + file + " " + name + " -->\n```java\n"
                    + snippet.group(1).stripIndent() + "```\n";
        } catch (IOException e) {
            throw new IllegalStateException("there is no " + file, e);
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path document) throws IOException {
        String text = FENCED.matcher(Files.readString(document)).replaceAll("");
        for (MatchResult link : LINK.matcher(text).results().toList()) {
            String target = link.group(1);
            if (target.contains("://")) {
                continue;
            }
            String[] parts = target.split("#", 2);
            Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
            assertThat(file).as("%s in %s", target, document).exists();
            if (parts.length == 2) {
                assertThat(anchors(file)).as("%s in %s", target, document).contains(parts[1]);
            }
        }
    }

    private static List<String> anchors(Path file) throws IOException {
        return HEADING.matcher(FENCED.matcher(Files.readString(file)).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
