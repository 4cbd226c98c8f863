// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.AbstractStub;
import io.multiraft.config.Config;
import io.multiraft.kv.KvServer;
import io.multiraft.node.Node;
import io.multiraft.shard.ShardServer;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles implementations against the given code, and keeps what it compiled by a hash of the sources. */
public final class SourceCompiler {
    private static final String COMPLETE = "complete";

    private final Path cache;

    /** Keeps classes below {@code home/.lab/classes}. */
    public SourceCompiler(Path home) {
        this.cache = home.resolve(".lab/classes");
    }

    /**
     * The folder with the classes of {@code tree}; compiled now, if they are not there.
     *
     * @throws ImplementationException with the compiler's messages, if it does not compile
     */
    public Path classes(SourceTree tree) {
        List<Path> givenCode = givenCode();
        Path target = cache.resolve(tree.packageName() + "-" + tree.hash() + "-" + age(givenCode));
        if (!Files.exists(target.resolve(COMPLETE))) {
            try {
                delete(target);
                Files.createDirectories(target);
                compile(tree, givenCode, target);
                Files.createFile(target.resolve(COMPLETE));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return target;
    }

    private void compile(SourceTree tree, List<Path> classPath, Path target) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("this Java has no compiler: run the labs with a JDK, not a JRE");
        }
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "--release",
                    "17",
                    "-proc:none",
                    "-parameters",
                    "-g",
                    "-Xlint:none",
                    "-nowarn",
                    "-d",
                    target.toString(),
                    "-cp",
                    classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
            StringWriter said = new StringWriter();
            boolean compiled = compiler.getTask(
                            said, files, diagnostics, options, null, files.getJavaFileObjectsFromPaths(tree.files()))
                    .call();
            if (!compiled) {
                throw new ImplementationException(
                        ImplementationException.Kind.CODE, describe(tree, diagnostics, said.toString()));
            }
        }
        refuseOtherPackages(tree, target);
    }

    /** Only the layer's own package and those below it belong to the layer. */
    private static void refuseOtherPackages(SourceTree tree, Path target) throws IOException {
        Path own = target.resolve(tree.packageName().replace('.', '/'));
        try (Stream<Path> paths = Files.walk(target)) {
            Optional<Path> other = paths.filter(path -> path.toString().endsWith(".class") && !path.startsWith(own))
                    .findFirst();
            if (other.isPresent()) {
                String name = target.relativize(other.get()).toString();
                throw new ImplementationException(
                        ImplementationException.Kind.CODE,
                        "the class "
                                + name.substring(0, name.length() - ".class".length())
                                        .replace(File.separatorChar, '.')
                                + " is in "
                                + tree.repository().relativize(tree.folder())
                                + ", where everything must be in the package " + tree.packageName());
            }
        }
    }

    /** The errors as javac shows them, with paths as seen from the repository of the sources. */
    private static String describe(SourceTree tree, DiagnosticCollector<JavaFileObject> diagnostics, String said) {
        List<String> errors = diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.toString().replace(tree.repository() + File.separator, ""))
                .toList();
        if (errors.isEmpty()) {
            String reason = said.lines()
                    .filter(line -> line.matches("[\\w.]+(Error|Exception)\\b.*"))
                    .findFirst()
                    .orElse("it does not say why");
            return "the compiler gave up on " + tree.repository().relativize(tree.folder()) + ": " + reason;
        }
        return String.join(System.lineSeparator(), errors)
                + System.lineSeparator()
                + errors.size()
                + (errors.size() == 1 ? " error: " : " errors: ")
                + "your code does not compile; nothing was graded"
                + (errors.size() > 3 ? " (begin with the first error)" : "");
    }

    /** The jars or folders that implementations are compiled against, and no others. */
    private static List<Path> givenCode() {
        return Stream.of(
                        Node.class,
                        KvServer.class,
                        Config.class,
                        ShardServer.class,
                        JsonProperty.class,
                        MethodDescriptor.class,
                        AbstractStub.class,
                        ProtoUtils.class,
                        MessageLite.class)
                .map(SourceCompiler::whereFrom)
                .distinct()
                .toList();
    }

    private static Path whereFrom(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String age(List<Path> paths) {
        long newest = 0;
        for (Path path : paths) {
            try {
                newest = Math.max(newest, Files.getLastModifiedTime(path).toMillis());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Long.toHexString(newest);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            List<Path> content;
            try (Stream<Path> paths = Files.walk(folder)) {
                content = paths.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : content) {
                Files.delete(path);
            }
        }
    }
}
