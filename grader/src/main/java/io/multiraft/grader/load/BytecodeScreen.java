// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Looks through compiled code, without running any of it, for what a node may not use ({@link NodeApi}) and for static
 * state that changes. Says where, and what to use instead.
 */
public final class BytecodeScreen {
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

    private static final Set<String> ENDS =
            Set.of("java/lang/System.exit", "java/lang/Runtime.exit", "java/lang/Runtime.halt");

    /** Each list has a line for each place, in the order of files and lines. */
    private final List<String> forbidden = new ArrayList<>();

    private final List<String> unrepeatable = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final Set<String> own = new HashSet<>();

    private BytecodeScreen() {}

    /**
     * What was found; a line each, in the order of files and lines.
     *
     * @param forbidden why the code is not run: it could harm the machine, other tests or the grading
     * @param unrepeatable what makes its runs depend on more than their seed
     * @param ends where it ends the process, as far as can be seen
     */
    public record Findings(List<String> forbidden, List<String> unrepeatable, List<String> ends) {}

    /** What is in the classes below {@code folder}. */
    public static Findings findings(Path folder) {
        BytecodeScreen screen = new BytecodeScreen();
        try (Stream<Path> files = Files.walk(folder)) {
            List<ClassReader> classes = new ArrayList<>();
            for (Path file : files.filter(each -> each.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                classes.add(new ClassReader(Files.readAllBytes(file)));
            }
            classes.forEach(each -> screen.own.add(each.getClassName()));
            classes.forEach(each -> each.accept(screen.new ClassScreen(), ClassReader.SKIP_FRAMES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Findings(distinct(screen.forbidden), distinct(screen.unrepeatable), distinct(screen.ends));
    }

    /** Arrays have no members of their own that could do harm. */
    private boolean isOwnOrArray(String type) {
        return type.startsWith("[") || own.contains(type);
    }

    private static List<String> distinct(List<String> lines) {
        return lines.stream().distinct().toList();
    }

    private void found(Concern concern, String what) {
        (concern.isForbidden() ? forbidden : unrepeatable).add(what + concern.instead());
    }

    private static String readable(String type) {
        return type.substring(type.lastIndexOf('/') + 1).replace('$', '.');
    }

    private static String readable(String owner, String name) {
        return name.equals("<init>") ? "new " + readable(owner) : readable(owner) + "." + name;
    }

    private final class ClassScreen extends ClassVisitor {
        private String source = "?";
        private String superType;
        private String[] interfaces = {};

        ClassScreen() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] others) {
            superType = parent;
            interfaces = others;
        }

        @Override
        public void visitSource(String file, String debug) {
            source = file;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            if ((access & Opcodes.ACC_NATIVE) != 0) {
                found(Concern.PROCESS, source + ": the method " + name + " is native: ");
            }
            if (name.equals("finalize") && descriptor.equals("()V")) {
                found(Concern.COLLECTOR, source + ": the method finalize is no place for a node's code: ");
            }
            return new MethodScreen(source, name.equals("<clinit>"));
        }

        @Override
        public void visitEnd() {
            extending(superType);
            for (String each : interfaces) {
                extending(each);
            }
        }

        private void extending(String type) {
            if (type != null && !own.contains(type)) {
                NodeApi.concernOf(type)
                        .ifPresent(concern -> found(concern, source + " extends " + readable(type) + ": "));
            }
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
            uses(owner, name, descriptor);
            lastMade = name.equals("<init>") ? owner : null;
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    uses(handle.getOwner(), handle.getName(), handle.getDesc());
                }
            }
            lastMade = null;
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode != Opcodes.NEW) { // its constructor says it better
                mentions(type);
            }
        }

        @Override
        public void visitLdcInsn(Object value) {
            if (value instanceof Type type && type.getSort() == Type.OBJECT) {
                mentions(type.getInternalName());
            }
        }

        private void mentions(String type) {
            if (!isOwnOrArray(type)) {
                NodeApi.concernOf(type)
                        .ifPresent(concern -> found(concern, place() + " uses " + readable(type) + ": "));
            }
        }

        private void uses(String owner, String name, String descriptor) {
            if (isOwnOrArray(owner)) {
                return;
            }
            if (ENDS.contains(owner + "." + name)) {
                ends.add(place() + " uses " + readable(owner, name));
            }
            NodeApi.concernOf(owner, name, descriptor)
                    .ifPresent(concern -> found(concern, place() + " uses " + readable(owner, name) + ": "));
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            uses(owner, name, descriptor);
            if (opcode == Opcodes.PUTSTATIC && !initialiser) {
                found(Concern.STATICS, place() + " changes the static field " + name + "; ");
            } else if (opcode == Opcodes.PUTSTATIC && lastMade != null && MUTABLE_TYPES.contains(lastMade)) {
                found(Concern.STATICS, place() + ": the static field " + name + " holds something that can change; ");
            }
            lastMade = null;
        }

        private String place() {
            return source + ":" + line;
        }
    }
}
