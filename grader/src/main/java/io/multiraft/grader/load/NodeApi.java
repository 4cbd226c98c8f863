// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What code under test may use of Java, of the libraries and of the given code. Harmless packages are listed, so that what
 * nobody thought of is refused; within them, what reaches further than a node may. Names are written as in class files.
 */
final class NodeApi {
    private static final Set<String> PACKAGES = Set.of(
            "java/lang",
            "java/lang/annotation",
            "java/math",
            "java/nio",
            "java/nio/charset",
            "java/text",
            "java/time",
            "java/time/chrono",
            "java/time/format",
            "java/time/temporal",
            "java/time/zone",
            "java/util",
            "java/util/concurrent",
            "java/util/concurrent/atomic",
            "java/util/concurrent/locks",
            "java/util/function",
            "java/util/random",
            "java/util/regex",
            "java/util/stream",
            "com/google/protobuf");

    /** Harmless types of other packages. */
    private static final Set<String> TYPES = Set.of(
            "io/grpc/MethodDescriptor",
            "java/io/BufferedReader",
            "java/io/ByteArrayInputStream",
            "java/io/ByteArrayOutputStream",
            "java/io/Closeable",
            "java/io/DataInput",
            "java/io/DataInputStream",
            "java/io/DataOutput",
            "java/io/DataOutputStream",
            "java/io/InputStream",
            "java/io/OutputStream",
            "java/io/PrintStream",
            "java/io/PrintWriter",
            "java/io/Reader",
            "java/io/Serializable",
            "java/io/StringReader",
            "java/io/StringWriter",
            "java/io/Writer",
            "java/security/MessageDigest",
            "java/security/SecureRandom",
            "java/util/zip/Adler32",
            "java/util/zip/CRC32",
            "java/util/zip/CRC32C",
            "java/util/zip/Checksum");

    /** Of the types and packages above, and of others that have better words for it than {@link Concern#OUTSIDE}. */
    private static final Map<String, Concern> REFUSED = Map.ofEntries(
            entry("com/google/protobuf/UnsafeByteOperations", Concern.OUTSIDE),
            entry("java/io/File", Concern.FILES),
            entry("java/io/FileDescriptor", Concern.FILES),
            entry("java/io/FileInputStream", Concern.FILES),
            entry("java/io/FileOutputStream", Concern.FILES),
            entry("java/io/FileReader", Concern.FILES),
            entry("java/io/FileWriter", Concern.FILES),
            entry("java/io/RandomAccessFile", Concern.FILES),
            entry("java/lang/ClassLoader", Concern.REFLECTION),
            entry("java/lang/ClassValue", Concern.REFLECTION),
            entry("java/lang/Module", Concern.REFLECTION),
            entry("java/lang/ModuleLayer", Concern.REFLECTION),
            entry("java/lang/StackWalker", Concern.REFLECTION),
            entry("java/lang/Process", Concern.PROCESS),
            entry("java/lang/ProcessBuilder", Concern.PROCESS),
            entry("java/lang/ProcessHandle", Concern.PROCESS),
            entry("java/lang/SecurityManager", Concern.PROCESS),
            entry("java/lang/InheritableThreadLocal", Concern.THREADS),
            entry("java/lang/Thread", Concern.THREADS),
            entry("java/lang/ThreadGroup", Concern.THREADS),
            entry("java/util/Formatter", Concern.OUTSIDE),
            entry("java/util/ResourceBundle", Concern.FILES),
            entry("java/util/Scanner", Concern.OUTSIDE),
            entry("java/util/ServiceLoader", Concern.REFLECTION),
            entry("java/util/Timer", Concern.THREADS),
            entry("java/util/TimerTask", Concern.THREADS),
            entry("java/util/WeakHashMap", Concern.COLLECTOR),
            entry("java/util/concurrent/CompletableFuture", Concern.THREADS),
            entry("java/util/concurrent/Executors", Concern.THREADS),
            entry("java/util/concurrent/ForkJoinPool", Concern.THREADS),
            entry("java/util/concurrent/ForkJoinTask", Concern.THREADS),
            entry("java/util/concurrent/RecursiveAction", Concern.THREADS),
            entry("java/util/concurrent/RecursiveTask", Concern.THREADS),
            entry("java/util/concurrent/ScheduledThreadPoolExecutor", Concern.THREADS),
            entry("java/util/concurrent/SubmissionPublisher", Concern.THREADS),
            entry("java/util/concurrent/ThreadPoolExecutor", Concern.THREADS));

    /** Why whole groups of types are refused, by how their names begin. */
    private static final Map<String, Concern> REFUSED_PACKAGES = Map.of(
            "java/nio/file/", Concern.FILES,
            "java/nio/channels/", Concern.FILES,
            "java/net/", Concern.NETWORK,
            "java/lang/reflect/", Concern.REFLECTION,
            "java/lang/invoke/", Concern.REFLECTION,
            "java/lang/ref/", Concern.COLLECTOR,
            "java/lang/management/", Concern.PROCESS);

    private static final Map<String, Concern> REFUSED_MEMBERS = Map.ofEntries(
            entry("java/lang/Boolean.getBoolean", Concern.MACHINE),
            entry("java/lang/Integer.getInteger", Concern.MACHINE),
            entry("java/lang/Long.getLong", Concern.MACHINE),
            entry("java/lang/Math.random", Concern.CHANCE),
            entry("java/lang/Object.wait", Concern.WAITING),
            entry("java/lang/Object.finalize", Concern.COLLECTOR),
            entry("java/lang/Runtime.availableProcessors", Concern.MACHINE),
            entry("java/lang/Runtime.freeMemory", Concern.MACHINE),
            entry("java/lang/Runtime.maxMemory", Concern.MACHINE),
            entry("java/lang/Runtime.totalMemory", Concern.MACHINE),
            entry("java/lang/System.currentTimeMillis", Concern.CLOCK),
            entry("java/lang/System.getenv", Concern.MACHINE),
            entry("java/lang/System.getProperty", Concern.MACHINE),
            entry("java/lang/System.identityHashCode", Concern.IDENTITY),
            entry("java/lang/System.nanoTime", Concern.CLOCK),
            entry("java/lang/Thread.getContextClassLoader", Concern.REFLECTION),
            entry("java/lang/Thread.join", Concern.WAITING),
            entry("java/lang/Thread.sleep", Concern.WAITING),
            entry("java/nio/charset/Charset.defaultCharset", Concern.MACHINE),
            entry("java/time/ZoneId.systemDefault", Concern.MACHINE),
            entry("java/util/Locale.getDefault", Concern.MACHINE),
            entry("java/util/Locale.setDefault", Concern.PROCESS),
            entry("java/util/TimeZone.getDefault", Concern.MACHINE),
            entry("java/util/TimeZone.setDefault", Concern.PROCESS),
            entry("java/util/UUID.randomUUID", Concern.CHANCE),
            entry("java/util/concurrent/TimeUnit.sleep", Concern.WAITING),
            entry("java/util/random/RandomGenerator.getDefault", Concern.CHANCE),
            entry("java/util/random/RandomGenerator.of", Concern.CHANCE));

    /** Of these types only these members may be used. */
    private static final Map<String, Set<String>> ONLY = Map.of(
            "java/lang/System", Set.of("arraycopy", "err", "exit", "lineSeparator", "out"),
            // ends of the process are seen when they happen, and cost only the tests in which they do
            "java/lang/Runtime", Set.of("exit", "gc", "getRuntime", "halt"),
            "java/lang/Thread", Set.of("currentThread", "getName", "getStackTrace", "onSpinWait"),
            "java/lang/Class",
                    Set.of(
                            "cast",
                            "desiredAssertionStatus",
                            "equals",
                            "getEnumConstants",
                            "getName",
                            "getSimpleName",
                            "getTypeName",
                            "hashCode",
                            "isInstance",
                            "toString"));

    private static final Map<String, Concern> OF_OTHER_MEMBERS = Map.of(
            "java/lang/System", Concern.PROCESS,
            "java/lang/Runtime", Concern.PROCESS,
            "java/lang/Thread", Concern.THREADS,
            "java/lang/Class", Concern.REFLECTION);

    private static final String WAITS = "await.*|take|acquire|acquireUninterruptibly|exchange|invokeAll|invokeAny";

    private NodeApi() {}

    /** What is wrong with a reference to {@code type}, if anything. */
    static Optional<Concern> concernOf(String type) {
        String name = outermost(type);
        Concern refused = REFUSED.get(name);
        if (refused != null && !ONLY.containsKey(name)) {
            return Optional.of(refused);
        }
        for (Map.Entry<String, Concern> each : REFUSED_PACKAGES.entrySet()) {
            if (name.startsWith(each.getKey())) {
                return Optional.of(each.getValue());
            }
        }
        if (name.startsWith("io/multiraft/")) {
            boolean around = name.startsWith("io/multiraft/node/port/") || name.startsWith("io/multiraft/host/");
            return around ? Optional.of(Concern.OUTSIDE) : Optional.empty();
        }
        boolean harmless =
                TYPES.contains(name) || PACKAGES.contains(packageOf(name)) || name.matches("java/.*(Exception|Error)");
        return harmless ? Optional.empty() : Optional.of(Concern.OUTSIDE);
    }

    /** What is wrong with a use of a field or method, if anything. */
    static Optional<Concern> concernOf(String type, String member, String descriptor) {
        Concern refused = REFUSED_MEMBERS.get(type + "." + member);
        if (refused != null) {
            return Optional.of(refused);
        }
        Optional<Concern> concern = concernOf(type);
        if (concern.isPresent()) {
            return concern;
        }
        Set<String> only = ONLY.get(type);
        if (only != null && !only.contains(member)) {
            return Optional.of(OF_OTHER_MEMBERS.get(type));
        }
        return Optional.ofNullable(concernOfUse(type, member, descriptor));
    }

    private static Concern concernOfUse(String type, String member, String descriptor) {
        boolean made = member.equals("<init>");
        if (isClock(type, member, descriptor)) {
            return Concern.CLOCK;
        } else if (isChance(type, member, descriptor)) {
            return Concern.CHANCE;
        } else if (member.equals("parallelStream")
                || (member.equals("parallel") && type.startsWith("java/util/stream/"))
                || (member.startsWith("parallel") && type.equals("java/util/Arrays"))) {
            return Concern.THREADS;
        } else if (type.equals("java/util/concurrent/locks/LockSupport")
                || (type.startsWith("java/util/concurrent/") && member.matches(WAITS))) {
            return Concern.WAITING;
        } else if (made
                && type.matches("java/io/Print(Stream|Writer)")
                && descriptor.startsWith("(Ljava/lang/String;")) {
            return Concern.FILES;
        }
        return null;
    }

    private static boolean isClock(String type, String member, String descriptor) {
        return (type.startsWith("java/time/") && member.equals("now"))
                || type.equals("java/time/Clock")
                || type.matches("java/util/(Gregorian)?Calendar")
                || (type.equals("java/util/Date") && member.equals("<init>") && descriptor.equals("()V"));
    }

    private static boolean isChance(String type, String member, String descriptor) {
        boolean unseeded = member.equals("<init>") && descriptor.equals("()V");
        return type.equals("java/util/concurrent/ThreadLocalRandom")
                || type.equals("java/security/SecureRandom")
                || type.equals("java/util/random/RandomGeneratorFactory")
                || (unseeded && type.matches("java/util/(Splittable)?Random"))
                || (type.equals("java/util/Collections")
                        && descriptor.equals("(Ljava/util/List;)V")
                        && member.equals("shuffle"));
    }

    private static String outermost(String type) {
        int inner = type.indexOf('$');
        return inner < 0 ? type : type.substring(0, inner);
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('/')));
    }
}
