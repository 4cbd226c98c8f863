// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Looks through compiled code for what makes a run depend on more than its seed: threads, clocks, chance, waiting, static
 * state that changes. Says where, and what to use instead.
 */
public final class BytecodeScreen {
    private static final String THREADS = "a node has one event loop and no threads: use context.setTimer and replies";
    private static final String CLOCK = "use context.nowMicros()";
    private static final String CHANCE = "use context.random()";
    private static final String WAITING = "a handler never waits: use context.setTimer, or the reply's callback";
    private static final String STATICS = "static state outlives a crash and is shared by all nodes: make it a field";
    private static final String IDENTITY = "it differs from run to run: give the class equals and hashCode";

    private static final Set<String> CLOCKS = Set.of(
            "java/time/Instant",
            "java/time/LocalDate",
            "java/time/LocalTime",
            "java/time/LocalDateTime",
            "java/time/ZonedDateTime",
            "java/time/OffsetDateTime",
            "java/time/Year");
    private static final Set<String> THREAD_TYPES = Set.of(
            "java/lang/Thread",
            "java/util/Timer",
            "java/util/concurrent/Executors",
            "java/util/concurrent/ForkJoinPool",
            "java/util/concurrent/ThreadPoolExecutor",
            "java/util/concurrent/ScheduledThreadPoolExecutor",
            "java/util/concurrent/CompletableFuture");
    private static final Set<String> MUTABLE_TYPES = Set.of(
            "java/util/ArrayList",
            "java/util/LinkedList",
            "java/util/ArrayDeque",
            "java/util/PriorityQueue",
            "java/util/HashMap",
            "java/util/LinkedHashMap",
            "java/util/TreeMap",
            "java/util/HashSet",
            "java/util/LinkedHashSet",
            "java/util/TreeSet",
            "java/util/IdentityHashMap",
            "java/util/WeakHashMap",
            "java/util/concurrent/ConcurrentHashMap",
            "java/util/concurrent/ConcurrentLinkedQueue",
            "java/util/concurrent/CopyOnWriteArrayList",
            "java/util/concurrent/atomic/AtomicInteger",
            "java/util/concurrent/atomic/AtomicLong",
            "java/util/concurrent/atomic/AtomicBoolean",
            "java/util/concurrent/atomic/AtomicReference",
            "java/lang/StringBuilder",
            "java/lang/ThreadLocal",
            "java/util/Random");

    private final List<String> findings = new ArrayList<>();

    private BytecodeScreen() {}

    /** What is in the classes below {@code folder}: a line each, in the order of files and lines; empty if all is well. */
    public static List<String> findings(Path folder) {
        BytecodeScreen screen = new BytecodeScreen();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                new ClassReader(Files.readAllBytes(file)).accept(screen.new ClassScreen(), ClassReader.SKIP_FRAMES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return screen.findings.stream().distinct().toList();
    }

    /** What to use instead of a call; null if nothing is wrong with it. */
    private static String insteadOf(String owner, String name, String descriptor) {
        boolean made = name.equals("<init>");
        if (THREAD_TYPES.contains(owner) && !name.matches("currentThread|getName|getStackTrace")) {
            return name.equals("sleep") || name.equals("join") ? WAITING : THREADS;
        } else if (name.equals("parallelStream")
                || (name.equals("parallel") && owner.startsWith("java/util/stream/"))) {
            return THREADS;
        } else if (owner.equals("java/lang/System") && (name.equals("nanoTime") || name.equals("currentTimeMillis"))) {
            return CLOCK;
        } else if ((CLOCKS.contains(owner) && name.equals("now")) || owner.equals("java/time/Clock")) {
            return CLOCK;
        } else if (owner.equals("java/util/concurrent/ThreadLocalRandom")
                || owner.equals("java/security/SecureRandom")
                || (owner.equals("java/lang/Math") && name.equals("random"))
                || (owner.equals("java/util/UUID") && name.equals("randomUUID"))
                || (owner.equals("java/util/Collections")
                        && descriptor.equals("(Ljava/util/List;)V")
                        && name.equals("shuffle"))
                || (made && owner.matches("java/util/(Splittable)?Random") && descriptor.equals("()V"))) {
            return CHANCE;
        } else if (owner.equals("java/util/concurrent/locks/LockSupport")
                || (name.equals("await") && owner.startsWith("java/util/concurrent/"))
                || (owner.equals("java/lang/Object") && name.equals("wait"))) {
            return WAITING;
        } else if (owner.equals("java/lang/System") && name.equals("identityHashCode")) {
            return IDENTITY;
        }
        return null;
    }

    private static String readable(String owner, String name) {
        String type = owner.substring(owner.lastIndexOf('/') + 1).replace('$', '.');
        return name.equals("<init>") ? "new " + type : type + "." + name;
    }

    private final class ClassScreen extends ClassVisitor {
        private String source = "?";

        ClassScreen() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitSource(String file, String debug) {
            source = file;
        }

        @Override
        public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
            boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
            boolean changes = (access & (Opcodes.ACC_FINAL | Opcodes.ACC_SYNTHETIC)) == 0;
            if (isStatic && changes) {
                findings.add(source + ": the static field " + name + " can change; " + STATICS);
            }
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodScreen(source, name.equals("<clinit>"));
        }
    }

    private final class MethodScreen extends MethodVisitor {
        private final String source;
        private final boolean initialiser;
        private int line;
        private String lastMade;

        MethodScreen(String source, boolean initialiser) {
            super(Opcodes.ASM9);
            this.source = source;
            this.initialiser = initialiser;
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            called(owner, name, descriptor);
            lastMade = name.equals("<init>") ? owner : null;
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    called(handle.getOwner(), handle.getName(), handle.getDesc());
                }
            }
            lastMade = null;
        }

        private void called(String owner, String name, String descriptor) {
            String instead = insteadOf(owner, name, descriptor);
            if (instead != null) {
                findings.add(source + ":" + line + " uses " + readable(owner, name) + ": " + instead);
            }
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.PUTSTATIC && initialiser && lastMade != null && MUTABLE_TYPES.contains(lastMade)) {
                findings.add(source + ":" + line + ": the static field " + name + " holds something that can change; "
                        + STATICS);
            }
            lastMade = null;
        }
    }
}
