// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.load.CodeUnderTest;
import io.multiraft.grader.load.ImplementationException;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Lineup;
import io.multiraft.grader.shrink.Shrinker;
import io.multiraft.grader.sim.BudgetExceeded;
import io.multiraft.grader.sim.NodeFailure;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.TraceRecord;
import io.multiraft.grader.tests.GradingSession;
import io.multiraft.grader.tests.RunMeter;
import io.multiraft.node.TodoException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The child process: runs the code under test, each order on a thread of its own. It reads orders from standard input, one
 * a line, and answers each with one line that begins with a word that only the two processes know; whatever the code under
 * test prints is thrown away, unless a trace is recorded.
 */
public final class Worker {
    /** What was loaded so far. */
    private static final Map<Lineup, Implementations> LOADED = new ConcurrentHashMap<>();

    /** Slices of so many runs have one of them repeated, twice. */
    private static final long RUNS_TO_REPEAT = 25;

    private static final String TWO_WAYS =
            "the same schedule went two ways when it was run twice: something outlives a "
                    + "node (a static field?), or the order of a hash set or map decides";

    /** Graded tests need nothing else, and each engine and listener that is looked for costs time. */
    private static final LauncherConfig ONLY_JUPITER = LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .addTestEngines(new JupiterTestEngine())
            .build();

    private static final Printed PRINTED = new Printed();

    /** Exit code when there is no memory left even for an answer; also Java's own, if it is told to exit then. */
    static final int MEMORY_USED_UP = 3;

    private final PrintStream answers;
    private final String nonce;
    private volatile RunMeter meter;
    private final Launcher launcher = LauncherFactory.create(ONLY_JUPITER);

    private Worker(PrintStream answers, String nonce) {
        this.answers = answers;
        this.nonce = nonce;
    }

    /**
     * Entry point of the child process.
     *
     * @param args number of threads
     */
    public static void main(String[] args) throws IOException {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream printed = new PrintStream(new PrintedLines(PRINTED), false, StandardCharsets.UTF_8);
        System.setIn(InputStream.nullInputStream());
        System.setOut(printed);
        System.setErr(printed);
        String nonce = orders.readLine();
        ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(args[0]));
        ExitNotice exits =
                new ExitNotice((order, message) -> new Worker(answers, nonce).answer(order, crash(order, message)));
        try {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                Order order = Json.parse(line, Order.class);
                threads.execute(() -> {
                    exits.begins(order);
                    new Worker(answers, nonce).carryOut(order);
                    exits.ends();
                });
            }
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static Outcome crash(Order order, String message) {
        return Outcome.lost(Property.CRASH, Outcome.Status.FAILED, message, order.seed());
    }

    private void answer(Order order, Outcome outcome) {
        // one write, so that answers of several threads do not mix
        answers.println(nonce + " " + order.id() + " " + Json.line(outcome));
    }

    private void carryOut(Order order) {
        answerOrHalt(order, () -> watched(order));
    }

    /** An order that cannot even be answered is tried again in another process, and there counts as failed. */
    private void answerOrHalt(Order order, Supplier<Outcome> outcome) {
        try {
            answer(order, outcome.get());
        } catch (OutOfMemoryError e) {
            Runtime.getRuntime().halt(MEMORY_USED_UP);
        } catch (Throwable e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private Outcome watched(Order order) {
        Watchdog watchdog = new Watchdog(Thread.currentThread(), this::progress, Patience.current(), message -> {
            answerOrHalt(order, () -> crash(order, message));
            Runtime.getRuntime().halt(1);
        });
        PRINTED.begin();
        try (watchdog) {
            return repeatable(order, carryOutWatched(order));
        } catch (VirtualMachineError e) {
            // JUnit lets these through; what the code has hoarded is garbage by now, unless a static field holds it
            String what = e instanceof OutOfMemoryError
                    ? "used up all memory (" + (Runtime.getRuntime().maxMemory() >> 20) + " MB)"
                    : "ran into " + e;
            return crash(order, "the node's code " + what + CodeUnderTest.place(List.of(e.getStackTrace())));
        } catch (IOException | RuntimeException | Error e) {
            return Outcome.lost(null, Outcome.Status.ERROR, e.toString(), 0);
        }
    }

    /** What cannot be repeated earns nothing, even if it went well this time. */
    private Outcome repeatable(Order order, Outcome outcome) throws IOException {
        if (outcome.status() != Outcome.Status.PASSED) {
            return outcome;
        }
        Optional<String> flood = PRINTED.flood(outcome.runs());
        if (flood.isPresent()) {
            return outcome.failed(Property.SIZE_BUDGET, flood.get());
        }
        List<String> findings = implementationsFor(order).findings();
        if (!findings.isEmpty()) {
            String more = findings.size() == 1 ? "" : " (and " + (findings.size() - 1) + " more like it)";
            return outcome.failed(Property.DETERMINISM, findings.get(0) + more);
        }
        if (order.to() - order.from() < RUNS_TO_REPEAT || order.exact()) {
            return outcome;
        }
        Order first = order.only(order.from());
        long once = carryOutWatched(first).traceHash();
        long again = carryOutWatched(first).traceHash();
        return once == again ? outcome : outcome.failed(Property.DETERMINISM, TWO_WAYS);
    }

    /** Changes with every event and every run of this order. */
    private long progress() {
        RunMeter current = meter;
        return current == null ? 0 : (current.runs() << 40) + current.event();
    }

    private static Implementations implementationsFor(Order order) {
        return LOADED.computeIfAbsent(order.lineup(), Implementations::new);
    }

    /** The outcome of the smallest schedule that fails like the stored one; or of that one, if it does not fail now. */
    private Outcome shrink(Order order) {
        Schedule stored =
                Json.read(Path.of(order.scheduleFile()), StoredSchedule.class).schedule();
        Outcome first = underSchedule(order, stored);
        if (first.status() != Outcome.Status.FAILED) {
            return first;
        }
        Schedule smallest = Shrinker.shrink(
                stored,
                first.atMicros(),
                candidate -> {
                    Outcome outcome = underSchedule(order, candidate);
                    boolean same = outcome.status() == Outcome.Status.FAILED && outcome.property() == first.property();
                    return new Shrinker.Result(same, outcome.atMicros(), outcome.events());
                },
                Shrinker.Limits.DEFAULT);
        return underSchedule(order, smallest);
    }

    private Outcome underSchedule(Order order, Schedule schedule) {
        GradingSession session = new GradingSession(implementationsFor(order), order.seed()).under(schedule);
        session.makeCurrent();
        meter = session.meter();
        return run(order, session);
    }

    private Outcome carryOutWatched(Order order) throws IOException {
        if (order.shrink()) {
            return shrink(order);
        }
        GradingSession session =
                new GradingSession(implementationsFor(order), order.seed()).slice(order.from(), order.to());
        if (order.exact()) {
            session.exactly(order.seed());
        }
        if (order.scheduleFile() != null) {
            session.under(Json.read(Path.of(order.scheduleFile()), StoredSchedule.class)
                    .schedule());
        }
        session.makeCurrent();
        meter = session.meter();
        if (order.traceFile() == null) {
            return run(order, session);
        }
        try (PrintStream trace =
                new PrintStream(Files.newOutputStream(Path.of(order.traceFile())), false, StandardCharsets.UTF_8)) {
            session.recordTo(each -> trace.println(line(each)));
            return PrintedLines.read(session.meter()::recordPrinted, () -> run(order, session));
        }
    }

    /** A line of a trace; the columns are described in docs/simulation.md. */
    private static String line(TraceRecord each) {
        return String.format(
                Locale.ROOT,
                "%12.6f %7d %-8s %-16s %s",
                each.timeMicros() / 1e6,
                each.event(),
                each.node(),
                each.kind(),
                each.detail());
    }

    private Outcome run(Order order, GradingSession session) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(order.className(), order.test(), order.trial()))
                .build();
        Verdict verdict = new Verdict();
        launcher.execute(request, verdict);
        draw(order, verdict);
        return outcome(order, session, verdict);
    }

    /** A picture belongs beside a trace. */
    private static void draw(Order order, Verdict verdict) {
        if (order.traceFile() != null && verdict.thrown.orElse(null) instanceof Violation violation) {
            violation.picture().ifPresent(page -> {
                try {
                    Files.writeString(FailureStory.pictureBeside(Path.of(order.traceFile())), page.get());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static final class Verdict implements TestExecutionListener {
        private boolean executed;
        private Optional<Throwable> thrown = Optional.empty();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            executed |= test.isTest();
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                thrown = result.getThrowable();
            }
        }
    }

    private static Outcome outcome(Order order, GradingSession session, Verdict verdict) {
        if (verdict.thrown.isEmpty()) {
            return verdict.executed
                    ? outcome(order, session, Outcome.Status.PASSED, null, null)
                    : outcome(order, session, Outcome.Status.ERROR, null, "there is no test " + order.test());
        }
        Throwable thrown = verdict.thrown.get();
        if (thrown instanceof NodeFailure && thrown.getCause() instanceof TodoException) {
            thrown = thrown.getCause();
        }
        Optional<ImplementationException> unusable = unusable(thrown);
        if (unusable.isPresent()) {
            return outcome(
                    order,
                    session,
                    Outcome.Status.FAILED,
                    Property.CRASH,
                    unusable.get().getMessage());
        } else if (thrown instanceof TodoException) {
            return outcome(order, session, Outcome.Status.NOT_STARTED, null, thrown.getMessage());
        } else if (thrown instanceof Violation violation) {
            return outcome(order, session, Outcome.Status.FAILED, violation.property(), thrown.getMessage())
                    .with(violation.consequence().orElse(null));
        } else if (thrown instanceof BudgetExceeded) {
            return outcome(order, session, Outcome.Status.FAILED, Property.RPC_BUDGET, thrown.getMessage());
        } else if (thrown instanceof NodeFailure) {
            return outcome(order, session, Outcome.Status.FAILED, Property.CRASH, thrown.getMessage() + place(thrown));
        } else if (thrown instanceof VirtualMachineError) {
            String message = "a node's code ran into " + thrown + place(thrown);
            return outcome(order, session, Outcome.Status.FAILED, Property.CRASH, message);
        } else if (CodeUnderTest.threw(List.of(thrown.getStackTrace()))) {
            String message = "the code under test ended with " + thrown + place(thrown);
            return outcome(order, session, Outcome.Status.FAILED, Property.CRASH, message);
        }
        return outcome(order, session, Outcome.Status.ERROR, null, thrown + place(thrown));
    }

    private static String place(Throwable thrown) {
        return CodeUnderTest.place(List.of(thrown.getStackTrace()));
    }

    /** Why the code under test could not even be loaded; JUnit wraps it, as it happens before a test begins. */
    private static Optional<ImplementationException> unusable(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof ImplementationException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static Outcome outcome(
            Order order, GradingSession session, Outcome.Status status, Property property, String message) {
        RunMeter meter = session.meter();
        boolean failed = status != Outcome.Status.PASSED;
        return new Outcome(
                status,
                meter.runs(),
                meter.events(),
                meter.virtualMicros(),
                meter.traceHash(),
                meter.coverage(),
                property,
                message,
                failed ? order.from() + meter.runs() - 1 : -1,
                session.runningSeed(),
                failed ? meter.schedule().orElse(null) : null,
                meter.nowMicros(),
                meter.event(),
                null);
    }
}
