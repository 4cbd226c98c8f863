// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.sim.SimRandom;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;

/** Calls the method of a graded test once for each of its runs, each time with the trial of that run. */
final class TrialExtension implements ParameterResolver, InvocationInterceptor {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return Trial.class.isAssignableFrom(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return trial(extension.getRequiredTestMethod(), GradingSession.current().seedOf(name(extension), 0));
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext extension) {
        invocation.skip();
        GradingSession session = GradingSession.current();
        Method method = extension.getRequiredTestMethod();
        Object test = extension.getRequiredTestInstance();
        Graded graded = method.getAnnotation(Graded.class);
        for (long seed : session.seeds(graded, name(extension))) {
            session.meter().begin();
            session.runningSeed(seed);
            try {
                ReflectionSupport.invokeMethod(method, test, trial(method, seed));
            } catch (RuntimeException | AssertionError e) {
                e.addSuppressed(new FailedRun(method.getName(), seed)); // for whoever sees no report, as in an IDE
                throw e;
            } finally {
                session.meter().end();
            }
        }
    }

    /** The trial is of the kind that the method takes. */
    private static Trial trial(Method method, long seed) {
        GradingSession session = GradingSession.current();
        Trial.Context context = new Trial.Context(
                session.implementations(),
                method.getAnnotation(Graded.class).step(),
                seed,
                session.meter(),
                session.recorder(),
                session.givenSchedule());
        return (Trial) ReflectionSupport.newInstance(method.getParameterTypes()[0], context);
    }

    private static String name(ExtensionContext extension) {
        return extension.getRequiredTestMethod().getName();
    }

    /** The seed of run {@code number} of {@code test} under {@code base}; 48 bits, so that people can copy it. */
    static long seedOf(long base, String test, long number) {
        return SimRandom.mix(SimRandom.mix(base, test), number) >>> 16;
    }
}
