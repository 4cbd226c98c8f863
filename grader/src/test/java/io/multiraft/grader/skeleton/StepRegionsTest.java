// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StepRegionsTest {
    private static final String SOURCE = """
            package a;

            import java.util.List;
            import java.util.Set;

            class A {
                // region 1B
                private final List<String> names = List.of();

                // endregion
                /** Sees {@link Set}. */
                int one() {
                    // region 1A | throw new TodoException("1A", "count");
                    return 1;
                    // endregion
                }

                boolean two() {
                    // region 1B | return true;
                    return names.isEmpty();
                    // endregion
                }
            }
            """;

    private static String upTo(String step) {
        return SourceText.tidy(StepRegions.strip("A.java", SOURCE, each -> each.compareTo(step) > 0));
    }

    @Test
    void withAllStepsOnlyTheMarkersGo() {
        assertThat(upTo("1D")).isEqualTo(SOURCE.replaceAll(" *// (region.*|endregion)\n", ""));
    }

    @Test
    void aBodyIsReplacedAndMembersGoWithTheImportsThatOnlyTheyNeed() {
        assertThat(upTo("1A")).isEqualTo("""
                        package a;

                        import java.util.Set;

                        class A {
                            /** Sees {@link Set}. */
                            int one() {
                                return 1;
                            }

                            boolean two() {
                                // TODO 1B
                                return true;
                            }
                        }
                        """);
    }

    @Test
    void aGapBringsItsImport() {
        assertThat(upTo(""))
                .contains("import io.multiraft.node.TodoException;\nimport java.util.Set;\n")
                .contains("        throw new TodoException(\"1A\", \"count\");\n    }")
                .doesNotContain("names");
    }

    @Test
    void markersThatDoNotFitNameTheirLine() {
        assertThatThrownBy(() -> StepRegions.strip("A.java", "// region 1A\n// region 1B\n", step -> true))
                .hasMessage("A.java:2: the region of step 1A has not ended");
        assertThatThrownBy(() -> StepRegions.strip("A.java", "\n// endregion\n", step -> true))
                .hasMessage("A.java:2: there is no region to end");
        assertThatThrownBy(() -> StepRegions.strip("A.java", "// region 1A\n", step -> true))
                .hasMessage("A.java:1: the region of step 1A has no end");
        assertThatThrownBy(() -> StepRegions.strip("A.java", "// region A1\n", step -> true))
                .hasMessageStartingWith("A.java:1: this marker cannot be read");
    }
}
