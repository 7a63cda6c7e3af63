package selftest.cases;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import selftest.app.Failing;

/** What is thrown arrives as the same object, untouched, through every frame. */
final class ThrowCases {
    private ThrowCases() {}

    static void addTo(Cases cases) {
        raised(cases, "throw: the same object", new IllegalStateException("told"));
        raised(cases, "throw: message with NUL and lone surrogate", new IllegalStateException("a\0\ud800"));
        raised(cases, "throw: no message", new IOException());
        raised(cases, "throw: an Error of the app", new Error("error"));
        raised(cases, "throw: a Throwable", new Throwable("plain"));
        cases.add("throw: checked", Failing::checked);
        cases.add("throw: AssertionError", () -> Failing.error(-1));
        cases.add("throw: by the VM itself", () -> Failing.fromPlatform(new Object[2]));
        cases.add("throw: cause and suppressed", ThrowCases::wrapped);
        cases.add("throw: inside a constructor", () -> new Failing("not made \ud800"));
        cases.add("throw: what a constructor did before", () -> {
            Log.take();
            new Failing(null);
            return Log.take();
        });
        cases.add("throw: an exception whose methods count their calls", ThrowCases::counted);
        cases.add("throw: caught inside, finally", () -> {
            Log.take();
            return Failing.caughtInside("in\0side") + ", " + Log.take();
        });
        cases.add("throw: StackOverflowError caught by the app", () -> {
            try {
                return Failing.overflow();
            } catch (StackOverflowError caught) {
                return "caught, then " + Failing.caughtInside("again");
            }
        });
        cases.add("stack: frames of an exception thrown in a hooked method", () -> {
            try {
                return Failing.checked();
            } catch (IOException caught) {
                return Seen.frames(caught.getStackTrace());
            }
        });
        cases.add("stack: frames seen inside a hooked method", () -> Seen.frames(Failing.stack()));
        cases.add("stack: frames of the thread", () -> Seen.frames(Failing.threadStack()));
        cases.add("throw: uncaught, the handler runs once", ThrowCases::uncaught);
        cases.add("thread: InterruptedException and the flag", ThrowCases::interrupted);
    }

    /** The frame of a hooked method is a native one, without a line. */
    static void addLimits(Cases cases) {
        cases.add("limit: frames of hooked methods, each as it stands", () -> {
            StringBuilder frames = new StringBuilder();
            for (StackTraceElement frame : Failing.stack()) {
                if (frame.getClassName().equals(Failing.class.getName())) {
                    frames.append(frame.getMethodName()).append(frame.isNativeMethod() ? " (native) " : " (Java) ");
                }
            }
            return frames;
        });
    }

    private static void raised(Cases cases, String name, Throwable given) {
        cases.add(name, () -> {
            StackTraceElement[] before = given.getStackTrace();
            try {
                Failing.raise(given);
                return "nothing thrown";
            } catch (Throwable caught) {
                boolean stack = java.util.Arrays.equals(before, caught.getStackTrace());
                return Seen.same(given, caught) + ", " + Seen.thrown(caught) + ", stack kept " + stack;
            }
        });
    }

    private static String wrapped() {
        Throwable cause = new IOException("cause");
        try {
            return Failing.wrapped(cause);
        } catch (IllegalStateException caught) {
            Throwable suppressed = caught.getSuppressed()[0];
            return Seen.thrown(caught) + ", cause " + Seen.same(cause, caught.getCause()) + ", suppressed "
                + Seen.thrown(suppressed);
        }
    }

    private static String counted() throws Throwable {
        Trap.takeCalls();
        Trap.Exception given = new Trap.Exception("told");
        try {
            Failing.raise(given);
            return "nothing thrown";
        } catch (Trap.Exception caught) {
            return Seen.same(given, caught) + ", " + Trap.takeCalls() + " calls of its methods";
        }
    }

    private static String uncaught() throws InterruptedException {
        IllegalStateException given = new IllegalStateException("uncaught");
        AtomicInteger times = new AtomicInteger();
        AtomicReference<Throwable> got = new AtomicReference<>();
        Thread thread = new Thread(() -> Sneaky.raise(given), "uncaught");
        thread.setUncaughtExceptionHandler((where, thrown) -> {
            times.incrementAndGet();
            got.set(thrown);
        });
        thread.start();
        thread.join();
        return times.get() + " times, " + Seen.same(given, got.get());
    }

    private static String interrupted() throws InterruptedException {
        boolean[] seen = new boolean[3];
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            seen[0] = Failing.sleepInterrupted();
            seen[1] = Thread.currentThread().isInterrupted();
            Failing.stack();
            seen[2] = Thread.interrupted();
        });
        thread.start();
        thread.join();
        return "thrown " + seen[0] + ", flag " + seen[1] + ", flag after another call " + seen[2];
    }

    /** Throws anything out of a Runnable. */
    private static final class Sneaky {
        static void raise(RuntimeException thrown) {
            try {
                Failing.raise(thrown);
            } catch (RuntimeException | Error same) {
                throw same;
            } catch (Throwable other) {
                throw new IllegalStateException("not what was thrown");
            }
        }
    }
}
