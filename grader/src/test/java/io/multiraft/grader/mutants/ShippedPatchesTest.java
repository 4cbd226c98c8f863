// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.grader.mutants.PatchShelf.Entry;
import io.multiraft.grader.run.TestCase;
import io.multiraft.grader.run.TestCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every patch that is shipped applies to the reference as it is, says what it is, and is in the table. */
class ShippedPatchesTest {
    private static final Path PATCHES = PlantedPatch.home().resolve("grader/src/test");

    private final PatchedReference reference = new PatchedReference(PlantedPatch.home());
    private final Set<String> steps =
            new TestCatalogue().all().stream().map(TestCase::step).collect(Collectors.toSet());

    private static List<Entry> all(String kind) {
        return new PatchShelf(PATCHES.resolve(kind)).select(List.of("all"));
    }

    @Test
    void mutantsApplyAndSayWhatTheyAre() throws Exception {
        Set<Object> different = new HashSet<>();
        for (Entry entry : all("mutants")) {
            PatchFile patch = PatchFile.read(entry.file(), PatchFile.Kind.MUTANT);
            assertThat(patch.source()).as(entry.id()).isNotEmpty();
            assertThat(steps).as(entry.id()).contains(patch.step());
            assertThat(different.add(reference.changed(patch, entry.lab())))
                    .as(entry.id() + " is a change of its own")
                    .isTrue();
        }
        assertThat(all("mutants")).hasSizeGreaterThan(200);
    }

    @Test
    void variantsApplyAndSayWhatTheyAre() throws Exception {
        for (Entry entry : all("variants")) {
            PatchFile patch = PatchFile.read(entry.file(), PatchFile.Kind.VARIANT);
            assertThat(patch.bug()).as(entry.id()).isNotEmpty();
            assertThat(steps).as(entry.id()).contains(patch.step());
            reference.changed(patch, entry.lab());
        }
        assertThat(all("variants")).hasSizeGreaterThanOrEqualTo(35);
    }

    @Test
    void theTableNamesEachOfThem() throws IOException {
        String table = Files.readString(PlantedPatch.home().resolve("docs/mutants.md"));
        for (String kind : List.of("mutants", "variants")) {
            for (Entry entry : all(kind)) {
                assertThat(table).contains("`" + entry.id() + "`");
            }
        }
    }
}
