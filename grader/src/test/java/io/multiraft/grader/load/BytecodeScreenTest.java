// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytecodeScreenTest {
    @TempDir
    private Path folder;

    private List<String> findings(String members) throws IOException {
        Path source = folder.resolve("A.java");
        Files.writeString(source, "import java.util.*;\nclass A {\n" + members + "\n}\n");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-g", "-d", classes.toString(), source.toString());
        assertThat(result).isZero();
        return BytecodeScreen.findings(classes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    long a() { return System.nanoTime(); }                  | A.java:3 uses System.nanoTime: use context.nowMicros()
                    Object a() { return java.time.Instant.now(); }          | A.java:3 uses Instant.now: use context.nowMicros()
                    Random a = new Random();                                | A.java:3 uses new Random: use context.random()
                    double a() { return Math.random(); }                    | A.java:3 uses Math.random: use context.random()
                    void a(List<String> l) { Collections.shuffle(l); }      | A.java:3 uses Collections.shuffle: use context.random()
                    Object a() { return UUID.randomUUID(); }                | A.java:3 uses UUID.randomUUID: use context.random()
                    void a() { new Thread(() -> {}).start(); }              | A.java:3 uses new Thread: a node has one event loop
                    void a() throws Exception { Thread.sleep(5); }          | A.java:3 uses Thread.sleep: a handler never waits
                    Object a() { return List.of().parallelStream(); }       | A.java:3 uses List.parallelStream: a node has one event loop
                    java.util.function.LongSupplier a = System::nanoTime;   | A.java:3 uses System.nanoTime: use context.nowMicros()
                    static int count;                                       | A.java: the static field count can change
                    static final Map<String, String> M = new HashMap<>();   | A.java:3: the static field M holds something that can change
                    int a(Object o) { return System.identityHashCode(o); }  | A.java:3 uses System.identityHashCode: it differs
                    """)
    void whatDependsOnMoreThanTheSeedIsNamed(String member, String finding) throws IOException {
        assertThat(findings(member)).isNotEmpty();
        assertThat(findings(member).get(0)).startsWith(finding);
    }

    @Test
    void ordinaryCodeIsFine() throws IOException {
        assertThat(findings("""
                        enum Color { RED, GREEN }
                        record Point(int x, int y) {}
                        static final List<String> NAMES = List.of("a");
                        static final int[] TABLE = {1, 2};
                        static final Comparator<Point> ORDER = Comparator.comparingInt(Point::x);
                        static final String TEXT = new StringBuilder("a").append("b").toString();
                        final Map<String, String> map = new HashMap<>();
                        long seeded() { return new Random(5).nextLong(); }
                        int choose(Color color) { assert color != null; return switch (color) { case RED -> 1; case GREEN -> 2; }; }
                        void print() { System.out.println(Thread.currentThread().getName() + NAMES + map); }
                        """)).isEmpty();
    }
}
