// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytecodeScreenTest {
    @TempDir
    private Path folder;

    private BytecodeScreen.Findings findings(String members) throws IOException {
        Path source = folder.resolve("A.java");
        Files.writeString(source, "import java.util.*;\nclass A {\n" + members + "\n}\n");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-g", "-nowarn", "-d", classes.toString(), source.toString());
        assertThat(result).isZero();
        return BytecodeScreen.findings(classes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    long a() { return System.nanoTime(); }                 | A.java:3 uses System.nanoTime: use context.nowMicros()
                    Object a() { return java.time.Instant.now(); }         | A.java:3 uses Instant.now: use context.nowMicros()
                    Object a() { return new Date(); }                      | A.java:3 uses new Date: use context.nowMicros()
                    Random a = new Random();                               | A.java:3 uses new Random: use context.random()
                    double a() { return Math.random(); }                   | A.java:3 uses Math.random: use context.random()
                    void a(List<String> l) { Collections.shuffle(l); }     | A.java:3 uses Collections.shuffle: use context.random()
                    Object a() { return UUID.randomUUID(); }               | A.java:3 uses UUID.randomUUID: use context.random()
                    Object a() { return java.util.random.RandomGenerator.getDefault(); } | A.java:3 uses RandomGenerator.getDefault: use
                    Object a() { return java.util.concurrent.ThreadLocalRandom.current(); } | A.java:3 uses ThreadLocalRandom.current: use
                    java.util.function.LongSupplier a = System::nanoTime;  | A.java:3 uses System.nanoTime: use context.nowMicros()
                    static int count; void a() { count++; }                | A.java:3 changes the static field count; static state
                    static final Map<String, String> M = new HashMap<>();  | A.java:3: the static field M holds something that can change
                    int a(Object o) { return System.identityHashCode(o); } | A.java:3 uses System.identityHashCode: it differs
                    Object a() { return System.getenv(); }                 | A.java:3 uses System.getenv: it differs from machine to machine
                    """)
    void whatCannotBeRepeatedIsNamed(String member, String finding) throws IOException {
        BytecodeScreen.Findings findings = findings(member);
        assertThat(findings.unrepeatable()).isNotEmpty();
        assertThat(findings.unrepeatable().get(0)).startsWith(finding);
        assertThat(findings.forbidden()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    void a() { new Thread(() -> {}).start(); }             | A.java:3 uses new Thread: a node has one event loop
                    class B extends Thread {}                              | A.java:3 uses new Thread: a node has one event loop
                    Object a() { return List.of().parallelStream(); }      | A.java:3 uses List.parallelStream: a node has one event loop
                    void a() throws Exception { Thread.sleep(5); }         | A.java:3 uses Thread.sleep: a handler never waits
                    void a() throws Exception { wait(); }                  | A.java:3 uses Object.wait: a handler never waits
                    void a() { Thread.getAllStackTraces(); }               | A.java:3 uses Thread.getAllStackTraces: a node has one
                    Object a() throws Exception { return Class.forName("A"); } | A.java:3 uses Class.forName: a node's code calls
                    Object a() { return A.class.getDeclaredFields(); }     | A.java:3 uses Class.getDeclaredFields: a node's code calls
                    Object a() { return getClass().getClassLoader(); }     | A.java:3 uses Class.getClassLoader: a node's code calls
                    Object a() { return StackWalker.getInstance(); }       | A.java:3 uses StackWalker.getInstance: a node's code calls
                    Object a() { return sun.misc.Unsafe.class; }           | A.java:3 uses Unsafe: a node reaches the world
                    class B extends ClassLoader {}                         | A.java:3 uses new ClassLoader: a node's code calls
                    Object a() { return java.nio.file.Path.of("a"); }      | A.java:3 uses Path.of: a node has no files
                    Object a() { return new java.io.File("a").delete(); }  | A.java:3 uses new File: a node has no files
                    Object a() throws Exception { return new java.io.PrintWriter("a"); } | A.java:3 uses new PrintWriter: a node has no
                    Object a() { return new java.net.Socket(); }           | A.java:3 uses new Socket: a node reaches others
                    void a() { System.setOut(null); }                      | A.java:3 uses System.setOut: the process and its settings
                    Object a() { return System.in; }                       | A.java:3 uses System.in: the process and its settings
                    void a() { Locale.setDefault(Locale.ROOT); }           | A.java:3 uses Locale.setDefault: the process and its
                    void a() { Runtime.getRuntime().addShutdownHook(null); } | A.java:3 uses Runtime.addShutdownHook: the process
                    native void a();                                       | A.java: the method a is native: the process
                    protected void finalize() {}                           | A.java: the method finalize is no place
                    Object a() { return new java.lang.ref.WeakReference<>(this); } | A.java:3 uses new WeakReference: when the garbage
                    """)
    void whatReachesFurtherThanANodeMayIsForbidden(String member, String finding) throws IOException {
        BytecodeScreen.Findings findings = findings(member);
        assertThat(findings.forbidden()).isNotEmpty();
        assertThat(findings.forbidden().get(0)).startsWith(finding);
    }

    @Test
    void endsOfTheProcessAreOnlyNoted() throws IOException {
        BytecodeScreen.Findings findings = findings("void a() { System.exit(1); Runtime.getRuntime().halt(1); }");
        assertThat(findings.ends()).containsExactly("A.java:3 uses System.exit", "A.java:3 uses Runtime.halt");
        assertThat(findings.forbidden()).isEmpty();
        assertThat(findings.unrepeatable()).isEmpty();
    }

    @Test
    void ordinaryCodeIsFine() throws IOException {
        BytecodeScreen.Findings findings = findings("""
                        enum Color { RED, GREEN }
                        record Point(int x, int y) implements java.io.Serializable {}
                        static final List<String> NAMES = List.of("a");
                        static final int[] TABLE = {1, 2};
                        static final Comparator<Point> ORDER = Comparator.comparingInt(Point::x);
                        static final String TEXT = new StringBuilder("a").append("b").toString();
                        static int never = 5;
                        final Map<String, String> map = new HashMap<>();
                        final Map<Color, Integer> colors = new EnumMap<>(Color.class);
                        long seeded() { return new Random(5).nextLong(); }
                        int choose(Color color) { assert color != null; return switch (color) { case RED -> 1; case GREEN -> 2; }; }
                        void print() { System.out.println(Thread.currentThread().getName() + NAMES + map); }
                        public boolean equals(Object other) { return other != null && other.getClass() == getClass(); }
                        public int hashCode() { return Objects.hash(map, colors); }
                        byte[] bytes(String text) throws java.io.IOException {
                            try (java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream()) {
                                new java.io.DataOutputStream(bytes).writeUTF(String.format("%s", text));
                                return bytes.toByteArray().clone();
                            }
                        }
                        """);
        assertThat(findings.forbidden()).isEmpty();
        assertThat(findings.unrepeatable()).isEmpty();
    }
}
