// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import io.multiraft.grader.sim.Thrown;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads the classes of one layer, its own package first from its own folder. It sees the given code and libraries of its
 * parent, and neither the grader nor any other implementation.
 */
final class LayerLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final List<String> HIDDEN = List.of(
            "io.multiraft.grader.",
            "io.multiraft.solutions.",
            "io.multiraft.lab1.",
            "io.multiraft.lab2.",
            "io.multiraft.lab3.",
            "io.multiraft.lab4.");

    private final Path classes;
    private final String ownPackage;

    LayerLoader(Path classes, String ownPackage, ClassLoader parent) {
        super(new URL[] {url(classes)}, parent);
        this.classes = classes;
        this.ownPackage = ownPackage + ".";
    }

    private static URL url(Path folder) {
        try {
            return folder.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (name.startsWith(ownPackage)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
            if (HIDDEN.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name + " is not part of what this layer may use");
            }
            return super.loadClass(name, resolve);
        }
    }

    /**
     * The one public class that implements {@code factory}, made with its constructor without parameters.
     *
     * @throws ImplementationException if there is none, or more than one
     */
    <F> F instance(Class<F> factory) {
        List<? extends Class<?>> found = classNames().stream()
                .map(this::load)
                .filter(type -> factory.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                .toList();
        if (found.size() != 1) {
            throw new ImplementationException(
                    ImplementationException.Kind.CODE,
                    "the package " + ownPackage.substring(0, ownPackage.length() - 1)
                            + " must have exactly one class that implements " + factory.getSimpleName() + ", but has "
                            + (found.isEmpty()
                                    ? "none"
                                    : found.stream().map(Class::getName).collect(Collectors.joining(", "))));
        }
        return made(factory, found.get(0));
    }

    /** The constructor and the static initialisers belong to the code under test, and may throw whatever they like. */
    private static <F> F made(Class<F> factory, Class<?> type) {
        Throwable thrown;
        try {
            return factory.cast(type.getConstructor().newInstance());
        } catch (InvocationTargetException e) {
            thrown = e.getCause();
        } catch (LinkageError e) {
            thrown = e;
        } catch (ReflectiveOperationException e) {
            throw new ImplementationException(
                    ImplementationException.Kind.CODE,
                    type.getName() + " must be public and have a public constructor without parameters");
        }
        if (thrown instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
            throw error;
        }
        Thrown described = Thrown.of(thrown);
        throw new ImplementationException(
                ImplementationException.Kind.CODE,
                "making a " + type.getName() + " threw " + described.text() + CodeUnderTest.place(described.frames()));
    }

    private List<String> classNames() {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length())
                            .replace('/', '.')
                            .replace('\\', '.'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Class<?> load(String name) {
        try {
            return Class.forName(name, false, this);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
